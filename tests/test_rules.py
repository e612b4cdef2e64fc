"""Kinds of sentences an article may hold, each in an article of its own, and what is read out of them."""

import pytest

from loaders.reading import Reading, reading
from loaders.rows import rows
from loaders.source import Source

ARTICLE = """Dry cough

Introduction

{introduction}

Cause

{cause}

Examine

{examination}

Treatment

{treatment}
"""
FILLED = {
    "introduction": "Dry cough is a cough without sputum.",
    "cause": "(1) Asthma: the airways are narrow.",
    "examination": "Chest X-ray, spirometry",
    "treatment": "Honey relieves dry cough.",
}


def read(section: str, text: str) -> Reading:
    return reading(Source("dry-cough.txt", ARTICLE.format(**FILLED | {section: text}), "0" * 64))


def said(section: str, text: str) -> set[tuple[str, str, str]]:
    """Type, subject and object of each statement, as the article words them."""
    return {
        (str(row["type"]), str(row["subject_text"] or ""), str(row["object_text"] or row["object"] or ""))
        for row in rows(read(section, text))
    }


@pytest.mark.parametrize(
    ("section", "text", "expected"),
    [
        (
            "introduction",
            "Unproductive tussis refers to a cough without sputum.",
            ("synonym", "Dry cough", "Unproductive tussis"),
        ),
        (
            "introduction",
            "Patients may complain of hoarseness, a feeling of dust in the throat and chest pain.",
            ("manifestation", "Dry cough", "chest pain"),
        ),
        (
            "introduction",
            "Loss of appetite and fatigue may go along with it.",
            ("manifestation", "Dry cough", "fatigue"),
        ),
        (
            "introduction",
            "If it goes on for a long time, rib fracture may occur.",
            ("consequence", "Dry cough", "rib fracture"),
        ),
        (
            "cause",
            "(1) Tumors (lymphoma and lung cancer): they press the bronchus.",
            ("cause", "lymphoma", "Dry cough"),
        ),
        ("cause", "(1) smoking, dusty air, wrong use of sprays", ("cause", "wrong use of sprays", "Dry cough")),
        ("cause", "(1) Drugs: enalapril can raise the bradykinin.", ("mechanism", "enalapril", "raise the bradykinin")),
        (
            "cause",
            "(1) Heart disease: In heart failure, water stays in the lung.",
            ("cause", "heart failure", "Dry cough"),
        ),
        (
            "cause",
            "(1) Asthma: Attacks are often triggered by pollen and cold air.",
            ("predisposing", "pollen", "Asthma"),
        ),
        (
            "cause",
            "(1) Asthma: Teachers, painters and people who keep birds are prone to it.",
            ("risk_group", "people who keep birds", "Asthma"),
        ),
        ("cause", "(1) Pleurisy: Lung cancer is common in old smokers.", ("risk_group", "old smokers", "Lung cancer")),
        (
            "cause",
            "There is no connection between dry cough and drinking milk.",
            ("cause", "drinking milk", "Dry cough"),
        ),
        ("examination", "Cancer cells are found in the bronchoscopy.", ("finding", "bronchoscopy", "Cancer cells")),
        (
            "examination",
            "1. Chest X-ray: a shadow of the lung can be seen.",
            ("finding", "Chest X-ray", "shadow of the lung"),
        ),
        (
            "treatment",
            "Avoid smoke, drink warm water and sleep with a high pillow.",
            ("relief", "drink warm water", "Dry cough"),
        ),
        ("treatment", "Antibiotics should not be used.", ("relief", "Antibiotics", "Dry cough")),
    ],
)
def test_a_kind_of_sentence_is_read(section: str, text: str, expected: tuple[str, str, str]) -> None:
    assert expected in said(section, text)


@pytest.mark.parametrize(
    ("section", "text", "denied"),
    [
        ("cause", "There is no connection between dry cough and drinking milk.", "drinking milk"),
        ("cause", "Neither cold feet nor a soft bed causes dry cough.", "soft bed"),
        ("cause", "It has not been proven that spicy food causes dry cough.", "spicy food"),
        ("treatment", "Antibiotics should not be used.", "Antibiotics"),
        ("treatment", "No syrup has been shown to stop it.", "syrup"),
    ],
)
def test_what_is_denied_is_kept_as_denied(section: str, text: str, denied: str) -> None:
    assert [row["negated"] for row in rows(read(section, text)) if row["subject_text"] == denied] == [True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Fasting blood glucose of 7.0 mmol/L or more (126 mg/dL) is diabetes.",
            {(">=", "7.0", "mmol/L"), (">=", "126", "mg/dL")},
        ),
        ("The prothrombin time is 11 to 13 seconds.", {("range", "11", "s")}),
        (
            "Blood uric acid exceeds 420 umol/L in men or 360 umol/L in women, which suggests gout.",
            {(">", "420", "umol/L"), (">", "360", "umol/L")},
        ),
        ("The cup-to-disc ratio exceeding 0.6 suggests glaucoma.", {(">", "0.6", "1")}),
        (
            "BNP: greater than 400 pg/mL suggests heart failure, heart failure is unlikely below 100 pg/mL.",
            {(">", "400", "pg/mL"), ("<", "100", "pg/mL")},
        ),
    ],
)
def test_a_limit_is_read_however_it_stands(text: str, expected: set[tuple[str, str, str]]) -> None:
    found = [statement.quantity for statement in read("examination", text).statements if statement.type == "threshold"]
    assert {(limit.comparator, str(limit.value), limit.unit) for limit in found if limit} == expected


def test_a_heading_before_a_colon_opens_its_section() -> None:
    assert ("test", "spirometry", "Dry cough") in said("examination", "Check items: chest X-ray, spirometry")
