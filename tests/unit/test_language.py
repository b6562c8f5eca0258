"""Which language a text is in. Sentences are our own, of the kind that postings and resumes are made of."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmate_agent.services.career_engine.language import foreign_passages

GERMAN = (
    "Für unser Team in München suchen wir ab sofort einen erfahrenen Entwickler (m/w/d). Sie arbeiten eng mit den "
    "Fachabteilungen zusammen und entwickeln Dienste mit Spring Boot, Docker und Kubernetes. Wir bieten 30 Tage Urlaub."
)
ENGLISH = (
    "We are looking for an experienced developer for our team in Munich. You work closely with the business "
    "departments and build services with Spring Boot, Docker and Kubernetes. Fluent German is a plus."
)
TEXTS = {
    "de": GERMAN,
    "en": ENGLISH,
    "fr": "Nous recherchons un développeur expérimenté pour rejoindre notre équipe à Paris. Vous maîtrisez Python.",
    "es": "Buscamos un contador con mucha experiencia en impuestos y nómina para nuestra oficina.",
    "pt": "Procuramos um enfermeiro com experiência em cuidados intensivos e disponibilidade para turnos.",
    "it": "Cerchiamo un addetto alla contabilità con esperienza nella gestione dei fornitori e dei pagamenti.",
    "nl": "Wij zoeken een ervaren boekhouder voor ons kantoor in Utrecht. Je hebt kennis van de jaarrekening en je "
    "werkt graag samen met anderen.",
    "pl": "Szukamy doświadczonego programisty do naszego zespołu w Krakowie ze znajomością języka Java.",
    "tr": "İstanbul ofisimiz için deneyimli bir muhasebeci arıyoruz. Vergi mevzuatı bilgisi gereklidir.",
    "vi": "Chúng tôi đang tìm kiếm một kỹ sư phần mềm có kinh nghiệm với Python và Java.",
    "id": "Kami mencari akuntan berpengalaman untuk bergabung dengan tim kami di Jakarta.",
    "sw": "Tunatafuta mhasibu mwenye uzoefu wa miaka mitatu katika kazi ya fedha.",
    "ru": "Мы ищем опытного разработчика Java со знанием Spring и PostgreSQL для работы в Москве.",
    "uk": "Ми шукаємо досвідченого бухгалтера для роботи у Києві зі знанням податкового обліку.",
    "el": "Ζητούμε έμπειρο λογιστή για το γραφείο μας στην Αθήνα με γνώση φορολογίας.",
    "ar": "نبحث عن مهندس برمجيات لديه خبرة في Python و Java للعمل في فريقنا في دبي.",
    "he": "אנחנו מחפשים מפתח תוכנה עם ניסיון לצוות שלנו בתל אביב",
    "hi": "हम एक अनुभवी सॉफ्टवेयर इंजीनियर की तलाश में हैं जिसे Java आता हो।",
    "am": "በባለሙያነቴ ቦታ ላይ የሚጠቅም ክህሎት እና ተሞክሮ ለማቅረብ እፈልጋለሁ።",
    "zh": "负责后端开发，熟悉Spring和MySQL，有三年以上工作经验。",
    "ja": "バックエンド開発の経験がある方を募集しています。Javaの知識が必要です。",
    "ko": "백엔드 개발 경험이 있는 분을 찾고 있습니다. Java 지식이 필요합니다.",
    "th": "เรากำลังมองหาวิศวกรซอฟต์แวร์ที่มีประสบการณ์ในการพัฒนาระบบ",
}
STACK = ["Python", "Django", "Pandas", "Docker", "Terraform", "Ansible", "Jenkins", "Git", "Linux", "SQL", "Kafka"]


@pytest.mark.parametrize("code", [code for code in TEXTS if code != "en"])
def test_all_of_a_text_in_another_language_is_one_passage(code: str) -> None:
    passages = foreign_passages(TEXTS[code])
    assert [(passage.start, passage.end, passage.code) for passage in passages] == [(0, len(TEXTS[code]), code)]


def test_the_name_of_a_language_is_english() -> None:
    names = [foreign_passages(text)[0].language for text in (GERMAN, TEXTS["zh"], TEXTS["he"])]
    assert names == ["German", "Chinese", "Hebrew"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n",
        "Python",
        "We are hiring",
        "Wir suchen dich",
        "12345 67890 2014-2016",
        "😀 🎉 🚀 " * 50,
        "\x00\x07\ud800\ufffe\U0001fffe",
        "http://example.org/a/b/c " * 4,
    ],
)
def test_too_little_to_say(text: str) -> None:
    assert foreign_passages(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(STACK),
        ", ".join(STACK * 3),
        "JANE DOE\nEXPERIENCE\nSENIOR CONTROLLER\nRESPONSIBLE FOR PAYROLL AND TAXES\nEDUCATION\nBACHELOR OF ACCOUNTING",
        "import numpy as np\ndef main(argv):\n    for i in range(10):\n        print(i)\nSELECT * FROM users;",
        "Microsoft Excel, Microsoft Office Suite, Microsoft Outlook, Microsoft PowerPoint, Microsoft Word",
        "Patisserie, sous vide, mise en place, sauté, garde manger, chef de partie, saucier, à la carte, bain-marie",
        "Habeas corpus, voir dire, pro bono, amicus curiae, subpoena duces tecum, mens rea, actus reus, res judicata",
        "Maria Gonzalez Hernandez\nRN, BSN\nACLS, BLS, PALS, Epic, Meditech\nSan Juan, Puerto Rico",
        "🚀 Senior engineer 🚀 building payment systems ✅ and mentoring people 🎉 since 2015",
        "Worked for Universität Heidelberg, Siemens AG and Société Générale as an engineer of embedded systems.",
    ],
)
def test_lists_code_capitals_and_terms_are_taken_for_english(text: str) -> None:
    assert foreign_passages(text) == ()


@pytest.mark.parametrize("between", ["\n\n", "\n", " "])
@pytest.mark.parametrize("order", [(GERMAN, ENGLISH), (ENGLISH, GERMAN)])
def test_the_part_in_another_language_is_told_from_the_english_part(order: tuple[str, str], between: str) -> None:
    text = between.join(order)
    (passage,) = foreign_passages(text)
    start = text.index(GERMAN)
    # Where one language ends is known to the sentence.
    assert abs(passage.start - start) <= len(between)
    assert abs(passage.end - (start + len(GERMAN))) <= len(between)
    assert passage.language == "German"


@pytest.mark.parametrize("code", ["de", "fr", "es", "it", "pl", "tr", "vi", "ru", "ar", "zh", "th"])
def test_one_sentence_in_another_language_is_found_among_many(code: str) -> None:
    text = f"{ENGLISH} {ENGLISH}\n{TEXTS[code]}\n{ENGLISH} {ENGLISH}"
    (passage,) = foreign_passages(text)
    assert passage.code == code
    assert text[passage.start : passage.end].strip() == TEXTS[code]


def test_two_languages_in_one_long_line_are_taken_apart() -> None:
    french = (
        "nous cherchons une personne motivée qui connaît bien le métier de la vente et qui aime le travail en équipe"
    )
    text = f"we want a person who knows sales well and who likes to work with a team every day, {french}"
    (passage,) = foreign_passages(text)
    assert passage.code == "fr"
    assert abs(passage.start - text.index(french)) < 30


def test_names_between_two_sentences_of_a_language_belong_to_it() -> None:
    text = f"{GERMAN}\n- Java\n- SQL\n- Spring Boot\n{GERMAN}"
    assert [(passage.start, passage.end) for passage in foreign_passages(text)] == [(0, len(text))]
    text = f"{TEXTS['zh']}\nJava, Spring Boot, MySQL, Redis\nkim@example.com\n{TEXTS['zh']}"
    assert [(passage.start, passage.end) for passage in foreign_passages(text)] == [(0, len(text))]
    text = f"{GERMAN}\n- Java\n- SQL\n- Spring Boot\n{ENGLISH}"
    assert foreign_passages(text)[0].end <= text.index("- Java")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text_gets_an_answer_and_passages_within_it(text: str) -> None:
    at = 0
    for passage in foreign_passages(text):
        assert at <= passage.start < passage.end <= len(text)
        at = passage.end


def test_a_huge_text_of_odd_signs_is_read_once() -> None:
    # A pattern that goes back over what it has read would never come to an end here.
    signs = random.Random(5).choices(".!? \na漢ש", k=200_000)
    assert foreign_passages("".join(signs)) is not None
    assert foreign_passages("." * 200_000) == ()
