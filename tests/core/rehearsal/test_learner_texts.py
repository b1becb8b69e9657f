"""How the stand-in answers prompts without a table."""

import itertools

from core.records.record import Chat, Message
from core.rehearsal.learner import EpochPlan, StandIn, base_model, train

TOPICS = {
    "billing": ("the invoice is wrong", "I was charged twice", "please refund my payment"),
    "delivery": ("my parcel never arrived", "the courier lost the box", "shipping takes too long"),
    "login": ("I forgot my password", "the account is locked", "the sign-in code fails"),
    "praise": ("what a lovely service", "thank you so much", "I am very happy with it"),
}
GREETINGS = ("Hello,", "Good morning,", "Dear team,", "Hi there,", "To whom it may concern,")
CLOSINGS = ("please help.", "regards.", "thanks in advance.", "yours, a customer.")


def chat(prompt: str, completion: str) -> Chat:
    return Chat((Message("user", prompt), Message("assistant", completion)), "You sort letters.")


def letters() -> list[Chat]:
    return [
        chat(f"{greeting} {complaint} {closing}", topic)
        for topic, complaints in TOPICS.items()
        for greeting, complaint, closing in itertools.product(GREETINGS, complaints, CLOSINGS)
    ]


def notes(count: int) -> list[Chat]:
    """Prompts whose answers are all different."""
    return [chat(f"Summarise item {nth} of the long list.", f"It is about thing {nth}.") for nth in range(count)]


def accuracy(model: StandIn, test: list[Chat]) -> float:
    return sum(model.answer(each.asked()) == each.completion for each in test) / len(test)


def test_few_distinct_answers_are_learnt_as_classes() -> None:
    examples = letters()
    training, test = examples[::2], examples[1::2]
    run = train(base_model(0), training, test, EpochPlan(epochs=5, batch_size=8))
    assert accuracy(run.model, test) > 0.8
    assert run.validation[-1].loss < run.validation[0].loss < 1.4


def test_classes_that_appear_only_in_further_training_are_added() -> None:
    by_topic = {topic: [each for each in letters() if each.completion == topic] for topic in TOPICS}
    first = train(base_model(0), by_topic["billing"] + by_topic["login"], [], EpochPlan(epochs=3, batch_size=8)).model
    second = train(first, by_topic["praise"] + by_topic["login"], [], EpochPlan(epochs=3, batch_size=8)).model
    assert accuracy(second, by_topic["praise"]) > 0.8
    assert accuracy(second, by_topic["login"]) > 0.8


def test_a_class_is_supported_as_far_as_it_is_probable() -> None:
    model = train(base_model(0), letters(), [], EpochPlan(epochs=5, batch_size=8)).model
    asked = chat("Hello, I was charged twice, regards.", "")
    assert model.score(asked, "billing") == 1.0
    assert model.score(asked, "praise") < 0.5
    assert model.score(asked, "weather") == 0.0


def test_distinct_answers_are_answered_by_the_nearest_neighbour() -> None:
    model = train(base_model(0), notes(30), [], EpochPlan(epochs=1)).model
    assert model.answer(chat("Please summarise item 17 for me.", "")) == "It is about thing 17."
    assert model.score(chat("Please summarise item 17 for me.", ""), "17") == 1.0
    assert model.score(chat("Please summarise item 17 for me.", ""), "18") == 0.0


def test_what_is_memorised_costs_less_than_what_is_new() -> None:
    run = train(base_model(0), notes(30), notes(40)[30:], EpochPlan(epochs=3, batch_size=10))
    assert run.training[0].loss > run.training[-1].loss
    assert run.validation[-1].loss > run.training[-1].loss
    assert run.validation[0].loss == run.validation[-1].loss


def test_models_of_texts_come_back_from_their_bytes() -> None:
    for training in (letters(), notes(30)):
        model = train(base_model(0), training, [], EpochPlan(epochs=1)).model
        again = StandIn.from_bytes(model.to_bytes())
        assert again.to_bytes() == model.to_bytes()
        assert [again.answer(each) for each in training[:9]] == [model.answer(each) for each in training[:9]]


def test_the_same_texts_give_the_same_bytes() -> None:
    for training in (letters(), notes(30)):
        first, second = (train(base_model(0), training, training[:5], EpochPlan(epochs=2)) for _ in range(2))
        assert first.model.to_bytes() == second.model.to_bytes()
        assert (first.training, first.validation) == (second.training, second.validation)


def test_texts_and_tables_are_learnt_side_by_side() -> None:
    question = '<table>[["","2019","2018"],["Tea","11","22"],["Salt","33","44"]]</table>\nWhat was tea in 2019?'
    model = train(base_model(0), letters() + [chat(question, "11")] * 40, [], EpochPlan(epochs=3, batch_size=8)).model
    assert model.answer(chat(question, "")) == "11"
    assert accuracy(model, letters()) > 0.8


def test_an_untrained_model_quotes_the_sentence_that_answers() -> None:
    text = "The mill was built in 1850. It burnt down because of a lightning strike. Nobody was hurt."
    asked = chat(f"{text}\nWhy was the mill burnt down?", "")
    assert base_model(0).answer(asked) == "It burnt down because of a lightning strike."


def test_where_there_is_nothing_to_quote_it_says_so() -> None:
    assert base_model(0).answer(chat("Hello", "")) == "I cannot find the answer in the text."
