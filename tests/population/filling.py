"""A hostile resident's answers to the forms, as the person would type them."""

from genkan.residents.forms.profile import as_fields


def fields_of(person):
    """What the person types into the profile; the partial birth date as it is."""
    return as_fields(person.contents()) | {"phone": ""}  # 000 numbers are written by the loader


def declared(person):
    """What the person's ID holds after that: a register's reading comes from elsewhere."""
    contents = person.contents()
    others = {"name_kana_other", "phone", "email"}
    return {item: content for item, content in contents.items() if item not in others}
