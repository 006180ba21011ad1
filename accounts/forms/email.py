"""A new address."""

from allauth.account.fields import EmailField
from django import forms


class EmailForm(forms.Form):
    """The address that somebody wants to be reached at from now on."""

    email = EmailField(label="New e-mail", max_length=254)
