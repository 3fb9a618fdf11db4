"""How protected values look to someone who has not asked to see them."""


def masked_citizen_id(value: str) -> str:
    """Area and last character stay: `110105********002X` becomes `110105***********X`."""
    return f"{value[:6]}{'*' * (len(value) - 7)}{value[-1:]}" if len(value) > 7 else "*" * len(value)


def masked_phone(value: str) -> str:
    """`13812345678` becomes `138****5678`."""
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 8 else "*" * len(value)


def masked_name(value: str) -> str:
    """The surname stays: 张桂英 becomes 张**. For pages that need no names."""
    return value[:1] + "*" * (len(value) - 1)


def masked_text(text: str) -> str:
    """Any sealed text by its ends; of a short one, a name, only how it begins."""
    if len(text) <= SHORT:
        return masked_name(text)
    return f"{text[:3]}{'*' * (len(text) - 4)}{text[-1:]}"


SHORT = 6
