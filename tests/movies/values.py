"""Values of every kind, for what is sent to be anything."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

# The client and the accounts may serve all examples: what one leaves behind is what others must bear.
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

texts = st.text(st.characters(exclude_categories=())) | st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "\u202e",
        "x" * 10_000,
        "🎬" * 200,
        "8½",
        "Alien³",
        "!!!",
        "1776",
        "null",
        "NaN",
    ]
)
numbers = (
    st.integers()
    | st.floats()
    | st.sampled_from([10**30, -(10**30), 2**31, 2**63, 2**64, -0.0, 5e-324, 1.7976931348623157e308])
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
