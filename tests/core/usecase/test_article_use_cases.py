"""The article's advice before anything is trained: recommended uses, and four kinds of problem."""

from core.usecase import KEY_POINTS, PROBLEMS, RECOMMENDED_USES, problem_named


def test_the_four_problems_have_the_articles_likelihoods():
    assert {each.key: (each.fine_tuning, each.prompting) for each in PROBLEMS} == {
        "format": ("Very High", "High"),
        "skill": ("High", "Medium"),
        "similar-skills": ("Low", "Medium"),
        "knowledge": ("Low", "Medium"),
    }


def test_a_problem_is_found_by_its_key():
    found = problem_named("skill")
    assert found is not None
    assert found.name == "Teach a new skill"
    assert problem_named("poetry") is None


def test_uses_name_a_data_size_only_where_the_article_does():
    assert {each.name: each.records for each in RECOMMENDED_USES} == {
        "Classification": 10_000,
        "Structured outputs": 10_000,
        "Tools and APIs": None,
        "Particular tone or language": None,
    }


def test_the_key_points_are_sentences():
    assert all(each.endswith(".") for each in KEY_POINTS)
