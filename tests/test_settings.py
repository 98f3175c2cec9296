"""Settings: what they are without a word, how a wrong one is refused, and that the README tells them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import SettingsError
from qa.colours import contrast
from qa.settings import PREFIX, Settings, load, settings_table

ROOT = Path(__file__).parent.parent


def test_defaults_are_the_quiet_ones() -> None:
    """Without a word the page is for this machine only, shows reviewed records only and logs nothing."""
    settings = load()
    assert ("127.0.0.1", 7860) == (settings.host, settings.port)
    assert not settings.log_questions
    assert not settings.drafts
    assert () == settings.allowed_parents
    assert "http://127.0.0.1:7860" == settings.address


def test_settings_do_not_change() -> None:
    """Settings are made once and passed down."""
    with pytest.raises(Exception, match="frozen"):
        load().port = 1


def test_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts, numbers and lists are read as people write them; an empty one counts as unset."""
    monkeypatch.setenv(f"{PREFIX}CLINIC_NAME", "Harbour Street Clinic")
    monkeypatch.setenv(f"{PREFIX}REQUESTS_PER_MINUTE", "30")
    monkeypatch.setenv(f"{PREFIX}ALLOWED_PARENTS", "https://a.example, https://b.example:8443")
    monkeypatch.setenv(f"{PREFIX}COUNTRY", "")
    settings = load()
    assert "Harbour Street Clinic" == settings.clinic_name
    assert 30 == settings.requests_per_minute
    assert ("https://a.example", "https://b.example:8443") == settings.allowed_parents
    assert settings.country is None


def test_command_line_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was chosen on the command line wins; what was left out does not."""
    monkeypatch.setenv(f"{PREFIX}PORT", "8001")
    assert 9000 == load(port=9000).port
    assert 8001 == load(port=None).port


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PORT", "abc", "a valid integer"),
        ("PORT", "70000", "less than or equal to 65535"),
        ("HOST", "http://x", "a host name like desk.clinic.example"),
        ("COUNTRY", "Australia", "'AU', 'NZ', 'UK', 'IE', 'US' or 'CA'"),
        ("ACCENT", "teal", "a colour like #0b5cad"),
        ("ACCENT", "#ffcc00", "a darker colour: white text on it has a contrast of 1.5"),
        ("ALLOWED_PARENTS", "clinic.example", "an address like https://clinic.example"),
        ("ALLOWED_PARENTS", "https://a.example/page", "without a path"),
        ("ALLOWED_PARENTS", "https://a.example; script-src *", "an address like"),
        ("ALLOWED_HOSTS", "https://a.example", "without port or path"),
        ("CLINIC_NAME", "two\nlines", "one line of text"),
        ("REQUESTS_PER_MINUTE", "0", "greater than or equal to 1"),
        ("LOG_QUESTIONS", "perhaps", "a valid boolean"),
    ],
)
def test_wrong_setting_stops_the_start(
    name: str, value: str, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the setting, what was found and what was wanted."""
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError) as refused:
        load()
    assert str(refused.value).startswith(f"{PREFIX}{name} is ")
    assert f"wanted {wanted.split(',', maxsplit=1)[0]}" in str(refused.value) or wanted in str(
        refused.value
    )


def test_misspelt_setting_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that nobody reads would be a promise nobody keeps."""
    monkeypatch.setenv(f"{PREFIX}PROT", "8000")
    with pytest.raises(
        SettingsError, match=f"{PREFIX}PROT is no setting; did you mean {PREFIX}PORT?"
    ):
        load()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - it is refused
def test_open_host_needs_names(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Listening for other machines needs the names under which they come."""
    monkeypatch.setenv(f"{PREFIX}HOST", host)
    with pytest.raises(SettingsError, match=f"wanted {PREFIX}ALLOWED_HOSTS to name"):
        load()
    monkeypatch.setenv(f"{PREFIX}ALLOWED_HOSTS", "desk.clinic.example")
    assert "desk.clinic.example" in load().hosts


def test_answers_depend_on_the_desk_only() -> None:
    """The part that answers depend on is passed to them, and nothing else."""
    desk = load(country="AU", clinic_phone="02 5550 1234", withhold_flagged=True).desk
    assert ("AU", "02 5550 1234", True) == (desk.country, desk.phone, desk.withhold_flagged)


def test_contrast_is_computed_as_defined() -> None:
    """Known pairs of WCAG: white on black is 21, on itself 1, on #767676 the first grey that passes."""
    assert 21.0 == pytest.approx(contrast("#000000", "#ffffff"))
    assert 1.0 == pytest.approx(contrast("#ffffff", "#ffffff"))
    assert 4.54 == pytest.approx(contrast("#767676", "#ffffff"), abs=0.01)
    assert 4.48 == pytest.approx(contrast("#777777", "#ffffff"), abs=0.01)


def test_every_setting_is_described() -> None:
    """The table has a row with words for each setting."""
    rows = settings_table().splitlines()[2:]
    assert len(Settings.model_fields) == len(rows)
    assert all(field.description for field in Settings.model_fields.values())


def test_readme_has_the_table() -> None:
    """The README's table of settings is the one that `settings_table()` gives."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [row for row in settings_table().splitlines() if row not in readme]
    assert [] == missing, "put the output of qa.settings.settings_table() into the README"
