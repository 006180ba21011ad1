"""What operations choose about somebody's roles."""

from django import forms

from accounts.permissions import Bundle


class RolesForm(forms.Form):
    """The roles that a person shall have."""

    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=[(Bundle.SUPPORT.value, "Support"), (Bundle.OPERATIONS.value, "Operations")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Who has a role may open this admin; who has none may not.",
    )

    def clean_roles(self) -> list[Bundle]:
        """The roles as bundles."""
        return [Bundle(role) for role in self.cleaned_data["roles"]]
