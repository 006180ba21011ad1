"""What visitors choose on an instructor's page."""

from django import forms

from instainstru.core.policy import Place


class ChoiceForm(forms.Form):
    """Which lesson a visitor looks at on an instructor's page. What is left out or wrong falls back to the usual."""

    service = forms.IntegerField(required=False, min_value=1)
    minutes = forms.IntegerField(required=False)
    place = forms.ChoiceField(required=False, choices=Place.choices)
    first = forms.DateField(required=False)
    day = forms.DateField(required=False)
    reviews = forms.IntegerField(required=False, min_value=1)
