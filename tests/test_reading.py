"""What the two editions of the first article say: the same facts, and what only the original got wrong."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from loaders.reading import Reading, read_article, reading
from loaders.rows import rows
from loaders.source import source

Facts = set[tuple[str, str, str]]

FACTS: dict[str, set[tuple[str, str]]] = {
    "cause": {
        (cause, "nocturnal-calf-cramp") for cause in ("fatigue", "cold-exposure", "hypocalcemia", "blood-flow-factors")
    },
    "mechanism": {
        ("over-exertion-of-the-legs-by-day", "fatigue"),
        ("fatigue", "muscle-tension-not-relieved-at-night"),
        ("fatigue", "metabolites-not-cleared"),
        ("muscle-tension-not-relieved-at-night", "stimulation-by-metabolites"),
        ("metabolites-not-cleared", "stimulation-by-metabolites"),
        ("stimulation-by-metabolites", "nocturnal-calf-cramp"),
        ("cold-feet-and-legs-at-night", "leg-muscle-spasm"),
        ("hypocalcemia", "lower-excitability-threshold-of-the-neuromuscular-junction"),
        ("lower-excitability-threshold-of-the-neuromuscular-junction", "subnormal-stimulus-excites-nerve-and-muscle"),
        ("subnormal-stimulus-excites-nerve-and-muscle", "abnormal-muscle-contraction"),
        ("abnormal-muscle-contraction", "nocturnal-calf-cramp"),
        ("long-held-posture-in-sleep", "leg-veins-compressed"),
        ("leg-veins-compressed", "venous-return-blocked"),
        ("venous-return-blocked", "stagnant-blood-flow"),
        ("stagnant-blood-flow", "leg-muscle-spasm"),
    },
    "risk_group": {
        ("calcium-deficient-pregnant-women", "hypocalcemia"),
        ("calcium-deficient-elderly-people", "hypocalcemia"),
    },
    "predisposing": {("leg-varicose-veins", "blood-flow-factors"), ("deep-vein-thrombosis", "blood-flow-factors")},
    "test": {
        (test, "nocturnal-calf-cramp")
        for test in (
            "electromyography",
            "leg-raise-test",
            "chvostek-sign-test",
            "trousseau-sign-test",
            "serum-calcium-test",
            "serum-magnesium-test",
        )
    },
    "finding": {("chvostek-sign-test", "positive-chvostek-sign"), ("trousseau-sign-test", "positive-trousseau-sign")},
    "threshold": {("serum-calcium-test", "low-serum-calcium"), ("serum-magnesium-test", "low-serum-magnesium")},
    "differential": {
        ("calf-cramp", "nocturnal-calf-cramp"),
        ("calf-muscle-spasm-after-walking", "nocturnal-calf-cramp"),
    },
    "discriminator": {
        ("calf-cramp", "leg-muscle-pump"),
        ("calf-cramp", "metabolite-accumulation-stimulates-the-muscles"),
        ("calf-muscle-spasm-after-walking", "overwork-of-the-lower-limb-muscles-by-walking-or-running"),
    },
    "body_site": {("nocturnal-calf-cramp", "calf"), ("nocturnal-calf-cramp", "toe")},
    "synonym": {
        ("nocturnal-calf-cramp", "Calf muscle cramps"),
        ("nocturnal-calf-cramp", "muscle spasm"),
        ("calf-cramp", "leg belly twist"),
    },
    "relief": {
        ("pull-the-big-toe-up-and-straighten-the-leg", "nocturnal-calf-cramp"),
        ("help-from-another-person", "nocturnal-calf-cramp"),
    },
    "duration": {
        ("nocturnal-calf-cramp", "a-few-seconds-or-tens-of-seconds"),
        ("nocturnal-calf-cramp", "within-a-few-minutes"),
    },
    "manifestation": {
        ("nocturnal-calf-cramp", "unbearable-pain"),
        ("nocturnal-calf-cramp", "very-uncomfortable-when-persisting"),
        ("nocturnal-calf-cramp", "calf-discomfort-or-pain"),
    },
    "consequence": {
        ("nocturnal-calf-cramp", thing) for thing in ("waking-up-at-night", "disturbed-sleep", "lasting-soreness")
    },
    "caveat": {
        ("nocturnal-calf-cramp", thing) for thing in ("one-measurement-can-mislead", "judge-day-and-night-together")
    },
}


@pytest.fixture(scope="module")
def own() -> Reading:
    with_edition = files("ontology.articles").joinpath("calf-cramps-while-sleeping.txt")
    return reading(source("own.txt", with_edition.read_bytes()))


@pytest.fixture(scope="module")
def original(seed_path: Path) -> Reading:
    return read_article(seed_path)


@pytest.fixture(params=["own", "original"])
def edition(request: pytest.FixtureRequest) -> Reading:
    found: Reading = request.getfixturevalue(request.param)
    return found


def facts(edition: Reading, type_: str) -> set[tuple[str, str]]:
    told = (statement for statement in edition.statements if statement.type == type_)
    return {
        (statement.subject.slug, statement.object.slug if statement.object else statement.text) for statement in told
    }


@pytest.mark.parametrize("type_", FACTS)
def test_an_edition_says_exactly_these_facts(edition: Reading, type_: str) -> None:
    assert facts(edition, type_) == FACTS[type_]


def test_both_editions_say_the_same(own: Reading, original: Reading) -> None:
    def said(edition: Reading) -> set[tuple[str, str, str, str, bool]]:
        return {
            statement.fact for statement in edition.statements if statement.type not in ("correction", "quarantine")
        }

    assert said(own) == said(original)


def test_a_threshold_keeps_its_number_unit_and_printed_form(original: Reading) -> None:
    told = {
        row["subject"]: (row["comparator"], row["value"], row["unit"], row["printed"])
        for row in rows(original)
        if row["type"] == "threshold"
    }
    assert told == {
        "serum calcium test": ("<", 2, "mmol/L", "less than 2mmol / L"),
        "serum magnesium test": ("<", 0.75, "mmol/L", "less than 0.75mmol / L"),
    }


def test_what_findings_support_is_inferred_never_stated(edition: Reading) -> None:
    told = {
        (statement.subject.slug, statement.object.slug if statement.object else "") for statement in edition.inferences
    }
    assert told == {
        ("positive-chvostek-sign", "hypocalcemia"),
        ("positive-trousseau-sign", "hypocalcemia"),
        ("low-serum-calcium", "hypocalcemia"),
        ("low-serum-magnesium", "hypomagnesemia"),
    }
    assert {statement.basis for statement in edition.inferences} == {"CuratorInference"}


def test_only_the_original_needs_corrections(own: Reading, original: Reading) -> None:
    assert facts(own, "correction") == set()
    told = {row["subject"]: row["object"] for row in rows(original) if row["type"] == "correction"}
    assert told == {
        "seizures": "attacks of cramp",
        "paralysis of the leg muscles": "spasm of the leg muscles",
        "attack your thumb up": "pull the big toe up",
        "Pre-ear sniper test": "preauricular tapping test",
        "chrostek sign": "Chvostek sign",
        "EMG lift leg test": "electromyography; leg-raise test",
    }


def test_only_the_original_has_a_sentence_in_quarantine(own: Reading, original: Reading) -> None:
    assert facts(own, "quarantine") == set()
    (row,) = [row for row in rows(original) if row["type"] == "quarantine"]
    assert "dynamic peak speed monitoring" in str(row["quote"])


def test_the_disclaimer_is_kept_and_furniture_is_not(edition: Reading) -> None:
    assert len(edition.article.disclaimers) == 1
    assert "medical advice" in edition.article.disclaimers[0].text
    assert not any("helpful" in str(row["quote"]) for row in rows(edition))


def test_the_scientific_name_has_its_definition(edition: Reading) -> None:
    (row,) = [row for row in rows(edition) if row["definition"]]
    assert (row["object"], row["definition"]) == ("muscle spasm", "spontaneous tonic contraction of muscles")


def test_the_steps_of_a_mechanism_are_in_order(edition: Reading) -> None:
    told = [
        (row["step"], row["subject"])
        for row in rows(edition)
        if row["type"] == "mechanism" and row["chain"] == "hypocalcemia"
    ]
    assert told == [
        (1, "hypocalcemia"),
        (2, "lower excitability threshold of the neuromuscular junction"),
        (3, "subnormal stimulus excites nerve and muscle"),
        (4, "abnormal muscle contraction"),
    ]


def test_a_step_without_a_linking_word_is_marked_automatic(edition: Reading) -> None:
    basis = {(row["subject"], row["object"]): row["basis"] for row in rows(edition) if row["type"] == "mechanism"}
    assert basis["abnormal muscle contraction", "nocturnal calf cramp"] == "StatedInText"
    assert basis["leg veins compressed", "venous return blocked"] == "Automatic"


@pytest.mark.parametrize("type_", ["cause", "mechanism", "threshold"])
def test_a_not_elsewhere_in_the_sentence_denies_nothing(edition: Reading, type_: str) -> None:
    assert not any(statement.negated for statement in edition.statements if statement.type == type_)


Make = Callable[[str], Reading]


@pytest.mark.parametrize(
    ("sentence", "negated"),
    [
        ("Vitamin C does not cause nosebleed.", True),
        ("Coffee is not related to nosebleed.", True),
        ("There is no evidence that coffee causes nosebleed.", True),
        ("Nosebleed is not caused by coffee.", True),
        ("If it is not treated in time, hypertension can cause nosebleed.", False),
        ("Dry air can cause nosebleed.", False),
    ],
)
def test_a_relation_is_denied_only_by_its_own_verb(sentence: str, negated: bool) -> None:
    text = f"Nosebleed\n\nCause\n\n{sentence} Trauma can cause nosebleed.\n"
    told = [statement for statement in reading(source("n.txt", text.encode())).statements if statement.type == "cause"]
    assert [statement.negated for statement in told if statement.subject.slug != "trauma"] == [negated]


@pytest.mark.parametrize(
    ("sentence", "limits"),
    [
        ("Serum potassium is lower than 3.5 mmol/L.", [("serum potassium test", "<", 3.5, None, "mmol/L")]),
        ("Hemoglobin ＜ １２０ｇ／Ｌ.", [("hemoglobin test", "<", 120, None, "g/L")]),
        ("Hemoglobin &lt; 120 g/L.", [("hemoglobin test", "<", 120, None, "g/L")]),
        ("Fasting blood glucose ≥7.0 mmol / L.", [("fasting blood glucose test", ">=", 7, None, "mmol/L")]),
        (
            "Serum calcium and serum magnesium are less than 2.1 and 0.7 mmol/L.",
            [("serum calcium test", "<", 2.1, None, "mmol/L"), ("serum magnesium test", "<", 0.7, None, "mmol/L")],
        ),
        (
            "The normal value of serum potassium is 3.5~5.5 mmol/L.",
            [("serum potassium test", "range", 3.5, 5.5, "mmol/L")],
        ),
        (
            "Blood pressure above 140/90 mmHg.",
            [
                ("systolic blood pressure test", ">", 140, None, "mm[Hg]"),
                ("diastolic blood pressure test", ">", 90, None, "mm[Hg]"),
            ],
        ),
        ("A rise in heart rate of more than 30 beats/min.", [("rise in heart rate", ">", 30, None, "/min")]),
        ("It is seen in women over 50 years old.", []),
        ("Take 500 mg 3 times a day.", []),
        ("The test is repeated within 3 days.", []),
        ("Check again after 2 weeks.", []),
    ],
)  # fmt: skip
def test_a_limit_is_told_from_ages_doses_and_durations(sentence: str, limits: list[tuple[object, ...]]) -> None:
    text = f"Nosebleed\n\nCause\n\n(1) Dry air: dry air.\n\nExamine\n\n{sentence}\n"
    told = [row for row in rows(reading(source("n.txt", text.encode()))) if row["type"] == "threshold"]
    assert [(row["subject"], row["comparator"], row["value"], row["high"], row["unit"]) for row in told] == limits
