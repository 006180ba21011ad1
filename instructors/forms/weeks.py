"""Where a week's hours are carried on to."""

from django import forms


class ApplyForm(forms.Form):
    """The first and the last day, and what the confirmation states: the week's version, and that of what was seen."""

    first = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    version = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
