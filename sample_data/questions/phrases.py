"""How people ask: paraphrases of each kind of question.

`{said}` is the measure, `{was}`, `{is}` and `{does}` its verbs, `{when}` and `{When}` the point, `{co}` the company;
`{a}` and `{b}` are two points or measures, the older or larger one first.
"""

AMOUNT = (
    "What {was} the {said} {when}?",
    "What {was} the {said} {when}?",
    "How much {was} the {said} {when}?",
    "How high {was} the {said} {when}?",
    "How large {was} the {said} {when}?",
    "{When}, what {was} the {said}?",
    "{When}, how much {was} the {said}?",
    "What did the {said} amount to {when}?",
    "What did the {said} come to {when}?",
    "What {was} {co}'s {said} {when}?",
    "How much {was} {co}'s {said} {when}?",
    "What amount does {co} report for the {said} {when}?",
    "What figure does the table give for the {said} {when}?",
    "Which amount is shown for the {said} {when}?",
    "What value is reported for the {said} {when}?",
    "For {co}, what {was} the {said} {when}?",
)
RATE = (
    "What {was} the {said} {when}?",
    "How high {was} the {said} {when}?",
    "{When}, what {was} the {said}?",
    "What {was} {co}'s {said} {when}?",
    "At what level {was} the {said} {when}?",
    "What percentage is given for the {said} {when}?",
    "Which value does {co} report for the {said} {when}?",
    "What does the table give as the {said} {when}?",
)
NUMBER = (
    "What {was} the {said} {when}?",
    "{When}, what {was} the {said}?",
    "What figure does the table give for the {said} {when}?",
    "What {was} {co}'s {said} {when}?",
    "Which number is shown for the {said} {when}?",
    "What does {co} report as the {said} {when}?",
    "How high {was} the {said} {when}?",
)

HIGHEST = ("highest", "largest", "greatest")
LOWEST = ("lowest", "smallest")
HIGHER = ("higher", "larger", "greater")
LOWER = ("lower", "smaller")

WHEN_EXTREME = (
    "In which {over} {was} the {said} {extreme}?",
    "In which {over} {was} {co}'s {said} the {extreme}?",
    "Which {over} had the {extreme} {said}?",
    "Which {over} saw the {extreme} {said}?",
    "In what {over} {was} the {said} {extreme}?",
    "When {was} the {said} {extreme}?",
    "Which {over} shows the {extreme} {said}?",
)
WHERE_EXTREME = (
    "Which {over} has the {extreme} {said}?",
    "For which {over} {is} the {said} {extreme}?",
    "Which {over} shows the {extreme} {said}?",
    "What is the {over} with the {extreme} {said}?",
    "For which {over} does {co} report the {extreme} {said}?",
    "Comparing every {over}, which one has the {extreme} {said}?",
)
WHO_EXTREME = (
    "Which {noun} had the {extreme} {measure} {when}?",
    "{When}, which {noun} had the {extreme} {measure}?",
    "What was the {noun} with the {extreme} {measure} {when}?",
    "Which of the {nouns} shows the {extreme} {measure} {when}?",
    "Among the {nouns}, which one had the {extreme} {measure} {when}?",
    "Which {noun} of {co} recorded the {extreme} {measure} {when}?",
    "By {measure}, which {noun} was the {extreme} {when}?",
)

CHANGE = (
    "What was the change in the {said} from {a} to {b}?",
    "What was the change in the {said} between {a} and {b}?",
    "By how much did the {said} change from {a} to {b}?",
    "How much did the {said} change between {a} and {b}?",
    "What is the difference in the {said} between {a} and {b}?",
    "How did {co}'s {said} change from {a} to {b}?",
    "What was the movement in the {said} from {a} to {b}?",
)
RISE = (
    "By how much did the {said} increase from {a} to {b}?",
    "What was the increase in the {said} from {a} to {b}?",
    "How much higher {was} the {said} in {b} than in {a}?",
)
POINTS_CHANGE = (
    "By how many percentage points did the {said} change from {a} to {b}?",
    "What was the change in the {said} from {a} to {b}, in percentage points?",
    "In percentage points, what was the movement in the {said} from {a} to {b}?",
)
PERCENT_CHANGE = (
    "What was the percentage change in the {said} from {a} to {b}?",
    "What was the percentage change in the {said} between {a} and {b}?",
    "By what percentage did the {said} change from {a} to {b}?",
    "In percent, how much did the {said} change between {a} and {b}?",
    "What is the relative change in the {said} from {a} to {b}, in percent?",
    "How did the {said} develop from {a} to {b}, in percent?",
    "By how many percent did {co}'s {said} change in {b} compared with {a}?",
    "What rate of growth did the {said} show from {a} to {b}?",
)
AVERAGE = (
    "What was the average {said} for {points}?",
    "What is the average of the {said} over {points}?",
    "On average, how high {was} the {said} in {points}?",
    "What was the mean {said} of {points}?",
    "Averaged over {points}, what {was} the {said}?",
    "What was {co}'s average {said} in {points}?",
)
SUM = (
    "What was the total {said} for {points}?",
    "How much {was} the {said} in {points} together?",
    "What is the sum of the {said} of {points}?",
    "Taken together, how much {was} the {said} in {points}?",
    "What did the {said} of {points} add up to?",
)
CHANGE_OF_AVERAGES = (
    "What is the change between the average {said} of {first} and that of {second}?",
    "By how much does the average {said} of {second} differ from the average of {first}?",
)
DIFFERENCE = (
    "What is the difference in the {said} between {a} and {b}?",
    "By how much {does} the {said} differ between {a} and {b}?",
    "How much larger {is} the {said} for {a} than for {b}?",
    "What is the difference between {a} and {b} in the {said}?",
)
GAP = (
    "{When}, by how much did the {a} exceed the {b}?",
    "What was the difference between the {a} and the {b} {when}?",
    "How much larger than the {b} {was} the {a} {when}?",
    "What is the gap between the {a} and the {b} {when}?",
)
TOGETHER = (
    "What was the total of the {a} and the {b} {when}?",
    "{When}, what did the {a} and the {b} add up to?",
    "What is the sum of the {a} and the {b} {when}?",
)
AMOUNTS_TOGETHER = (
    *TOGETHER,
    "How much were the {a} and the {b} together {when}?",
    "Combined, how much were the {a} and the {b} {when}?",
)
RATIO = (
    "What was the ratio of the {a} to the {b} {when}?",
    "{When}, how many times the {b} {was} the {a}?",
    "What is the {a} divided by the {b} {when}?",
)
SHARE = (
    "What percentage of the {total} did the {said} make up {when}?",
    "{When}, what share of the {total} was made up by the {said}, in percent?",
    "What {was} the {said} as a percentage of the {total} {when}?",
    "In percent, what part of the {total} did the {said} represent {when}?",
    "What fraction of the {total} {was} the {said} {when}, in percent?",
    "{When}, what percentage of the {total} did the {said} account for?",
)

RESPECTIVELY = (
    "What {was} the {said} {points}, respectively?",
    "What were the respective values of the {said} {points}?",
    "What does {co} report for the {said} {points}, respectively?",
    "Which figures does the table give for the {said} {points}?",
)
AMOUNTS_RESPECTIVELY = (
    *RESPECTIVELY,
    "How much {was} the {said} {points}, respectively?",
    "How high {was} the {said} {points}, respectively?",
)
PERIODS = (
    "Which {overs} does the table about {co} cover?",
    "For which {overs} does the table report the {said}?",
    "What are the {overs} for which the {said} {was} reported?",
    "Which {overs} are compared for the {said}?",
)
MEMBERS = (
    "What are the {nouns} of {co} in the table?",
    "Which {nouns} does {co}'s table list?",
    "What {nouns} are shown for {co}?",
    "Name the {nouns} in {co}'s table.",
)
EXCEEDING = (
    "In which {overs} did the {said} exceed {limit}?",
    "In which {overs} {was} the {said} more than {limit}?",
    "Over which {overs} {was} the {said} above {limit}?",
)
EXCEEDING_WHERE = (
    "For which {overs} does the {said} exceed {limit}?",
    "For which {overs} {is} the {said} above {limit}?",
)
MEMBERS_EXCEEDING = (
    "For which {nouns} was the {measure} above {limit} {when}?",
    "{When}, for which {nouns} did the {measure} exceed {limit}?",
    "Which of the {nouns} were above {limit} {when}?",
)

COUNT_EXCEEDING = (
    "In how many {overs} did the {said} exceed {limit}?",
    "For how many {overs} {was} the {said} above {limit}?",
)
COUNT_EXCEEDING_WHERE = (
    "For how many {overs} {is} the {said} above {limit}?",
    "For how many {overs} does the {said} exceed {limit}?",
)
COUNT_MEMBERS_EXCEEDING = (
    "For how many {nouns} was the {measure} above {limit} {when}?",
    "{When}, how many of the {nouns} were above {limit}?",
)
COUNT_MEMBERS = (
    "How many {nouns} does {co}'s table list?",
    "What is the number of {nouns} in {co}'s table?",
    "How many {nouns} are shown for {co}?",
)
