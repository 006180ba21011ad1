"""Which page of a list."""

from django import forms


class PageForm(forms.Form):
    """A page by its number. What is left out or wrong is the first."""

    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
