"""What an article calls normal is a reference range, on one side too; what it calls abnormal stays a finding."""

import pytest

from loaders.reading import reading
from loaders.rows import rows
from loaders.source import source

Limit = tuple[object, ...]


def limits(sentence: str) -> list[Limit]:
    text = f"Nosebleed\n\nCause\n\n(1) Dry air: dry air.\n\nExamine\n\n{sentence}\n"
    told = [row for row in rows(reading(source("n.txt", text.encode()))) if row["type"] == "threshold"]
    return [(row["object"], row["comparator"], row["value"], row["unit"]) for row in told]


ESR = ("normal erythrocyte sedimentation rate", "<", 20, "mm/h")
CRP = ("normal C-reactive protein", "<", 5, "mg/L")
GLUCOSE = ("normal fasting blood glucose", "<=", 6.1, "mmol/L")
ALT = ("normal alanine aminotransferase", "<=", 40, "U/L")


@pytest.mark.parametrize(
    ("sentence", "normal"),
    [
        ("The normal value of ESR is less than 20 mm/h.", ESR),
        ("Normal ESR is below 20 mm/h.", ESR),
        ("ESR is normal when under 20 mm/h.", ESR),
        ("ESR less than 20 mm/h is normal.", ESR),
        ("ESR ＜20 mm/h，which is normal.", ESR),
        ("ESR should be less than 20 mm/h.", ESR),
        ("In healthy people the ESR is lower than 20 mm/h.", ESR),
        ("Normally, the ESR is under 20 mm/h.", ESR),
        ("The ESR of normal people is less than 20 mm/h.", ESR),
        ("ESR: normal value ＜20 mm/h.", ESR),
        ("CRP reference: < 5 mg/L.", CRP),
        ("CRP (normal < 5 mg/L) is checked.", CRP),
        ("CRP is 30 mg/L (reference value <5 mg/L).", CRP),
        ("Fasting glucose normally does not exceed 6.1 mmol/L.", GLUCOSE),
        ("Fasting glucose does not normally exceed 6.1 mmol/L.", GLUCOSE),
        ("Fasting glucose should not exceed 6.1 mmol/L.", GLUCOSE),
        ("Fasting glucose is usually not more than 6.1 mmol/L in healthy adults.", GLUCOSE),
        ("The upper limit of normal of ALT is 40 U/L.", ALT),
        ("The normal upper limit of ALT is 40 U/L.", ALT),
        ("Upper limit of normal value of ALT: 40 U/L.", ALT),
        ("Lower limit of normal for serum potassium is 3.5 mmol/L.", ("normal serum potassium", ">=", 3.5, "mmol/L")),
        ("Oxygen saturation is normally above 95 %.", ("normal oxygen saturation", ">", 95, "%")),
        ("Serum sodium: normal 135-145 mmol/L.", ("normal serum sodium", "range", 135, "mmol/L")),
        ("Normal white blood cell count is (4~10)×10^9/L.", ("normal white blood cell count", "range", 4, "10*9/L")),
    ],
)  # fmt: skip
def test_what_is_normal_is_no_finding(sentence: str, normal: Limit) -> None:
    assert limits(sentence) == [normal]


@pytest.mark.parametrize(
    ("sentence", "finding"),
    [
        ("Serum calcium less than 2 mmol/L is abnormal.", ("low serum calcium", "<", 2, "mmol/L")),
        ("Serum calcium is below the normal lower limit of 2.1 mmol/L.", ("low serum calcium", "<", 2.1, "mmol/L")),
        ("ALT exceeds the upper limit of normal (40 U/L).", ("high alanine aminotransferase", ">", 40, "U/L")),
        ("ALT higher than the normal value of 40 U/L.", ("high alanine aminotransferase", ">", 40, "U/L")),
        ("If CRP is greater than 5 mg/L it is not normal.", ("high C-reactive protein", ">", 5, "mg/L")),
        ("The ECG is normal and heart rate above 100 beats/min.", ("rapid heart rate", ">", 100, "/min")),
        ("The pulse rate is usually above 120 beats/min.", ("rapid heart rate", ">", 120, "/min")),
        ("A platelet count less than 100 × 10^9/L is below normal.", ("low platelet count", "<", 100, "10*9/L")),
        (
            "Hypocalcemia should be suspected when serum calcium is less than 2.1 mmol/L.",
            ("low serum calcium", "<", 2.1, "mmol/L"),
        ),
        (
            "In people with normal kidneys, serum creatinine above 115 umol/L means damage.",
            ("high serum creatinine", ">", 115, "umol/L"),
        ),
        ("Hemoglobin in women less than 110 g/L is anemia.", ("low hemoglobin", "<", 110, "g/L")),
        (
            "Fasting blood glucose between 6.1 and 7.0 mmol/L is called impaired fasting glucose.",
            ("fasting blood glucose 6.1 to 7.0 mmol/L", "range", 6.1, "mmol/L"),
        ),
    ],
)
def test_a_finding_stays_one_where_its_sentence_speaks_of_normal(sentence: str, finding: Limit) -> None:
    assert limits(sentence) == [finding]


def test_a_sentence_may_say_what_is_normal_and_what_is_not() -> None:
    assert limits("CRP more than 10 mg/L (normal < 5 mg/L) suggests infection.") == [
        ("high C-reactive protein", ">", 10, "mg/L"),
        CRP,
    ]
    assert limits("ESR less than 20 mm/h is normal, more than 50 mm/h indicates inflammation.") == [
        ESR,
        ("high erythrocyte sedimentation rate", ">", 50, "mm/h"),
    ]
    assert limits("The normal value of ESR is less than 15 mm/h in men and less than 20 mm/h in women.") == [
        ("normal erythrocyte sedimentation rate", "<", 15, "mm/h"),
        ESR,
    ]
    assert limits("BMI under 24 kg/m2 is normal, 24-28 kg/m2 is overweight, over 28 kg/m2 is obesity.") == [
        ("normal body mass index", "<", 24, "kg/m2"),
        ("body mass index 24 to 28 kg/m2", "range", 24, "kg/m2"),
        ("high body mass index", ">", 28, "kg/m2"),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Blood pressure should be controlled below 140/90 mmHg.",
        "ALT is more than 3 times the upper limit of normal.",
        "ESR: men ＜15 mm/h.",
    ],
)
def test_aims_multiples_and_limits_of_people_are_no_limits_of_a_test(sentence: str) -> None:
    assert limits(sentence) == []


def test_an_endless_list_of_limits_is_no_sentence() -> None:
    assert limits("ESR " + "less than 20 mm/h, " * 5_000) == []
    assert limits("ESR is less than 20 mm/h normally. " * 2) == [ESR]
