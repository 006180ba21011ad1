"""What somebody says who closes their account."""

from django import forms


class CloseForm(forms.Form):
    """That they mean it, by a word."""

    word = forms.CharField(
        label="Type “close”",
        max_length=20,
        help_text="The word close, in small letters or capitals.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_word(self) -> str:
        """Refuse any other word."""
        word = str(self.cleaned_data["word"])
        if word.lower() != "close":
            raise forms.ValidationError("Type the word close, if you mean it.")
        return word
