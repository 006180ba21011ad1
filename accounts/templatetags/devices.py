"""How pages name devices."""

from django import template

register = template.Library()

# A browser names its ancestors, too: the first of these that it names is what it is.
BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox")),
    *(("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")),
)
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS")),
    *(("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux")),
)


@register.filter
def device(user_agent: str) -> str:
    """Firefox on Windows; what is no such browser as it calls itself."""
    browser, system = (next((name for sign, name in names if sign in user_agent), "") for names in (BROWSERS, SYSTEMS))
    if browser and system:
        return f"{browser} on {system}"
    return user_agent[:60] or "A browser that does not say which"
