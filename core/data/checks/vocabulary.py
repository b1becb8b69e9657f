"""Words that decide whether two English questions ask the same."""

_FILLER = """
a an the this that these those of to in on at for as is are was were be been being am do does did has have had
will would shall should can could may might must what which how much there it its s re ve ll d
please kindly you your me us we our i my tell give state provide find show calculate compute determine identify
report specify indicate name list mention describe explain according based using given shown following
table text paragraph document passage context data information amount amounts value values figure figures
respective respectively exactly approximately about just also then so and any
"""
_YES_OR_NO = "is are was were do does did has have had will would should"
_SAME = """
increase: increased increases increasing rise rises rose risen rising grow grows grew grown growing growth up
decrease: decreased decreases decreasing decline declines declined declining drop drops dropped fall falls fell
decrease: fallen falling reduce reduces reduced reduction down
gain: gains gained
loss: losses lost lose loses
most: highest largest greatest biggest maximum max top best longest
least: lowest smallest fewest minimum min bottom worst shortest
more: higher larger greater bigger better longer above over exceed exceeds exceeded exceeding
less: lower smaller fewer worse shorter below under
first: 1st initial
second: 2nd
third: 3rd
fourth: 4th
last: final latest
next:
previous: prior preceding
before: earlier
after: later
beginning: begin begins opening start starts
end: ending closing ended ends
positive:
negative:
not: no non never nor neither none without cannot excluding exclude excludes excluded except
average: mean avg
percent: percentage percentages pct %
who: whom whose
why:
when:
where:
many: number
january: jan
february: feb
march: mar
april: apr
june: jun
july: jul
august: aug
september: sep sept
october: oct
november: nov
december: dec
quarter: quarters
half:
1: one
2: two
3: three
4: four
5: five
6: six
7: seven
8: eight
9: nine
10: ten
11: eleven
12: twelve
$: usd dollar dollars
€: eur euro euros
£: gbp
¥: yen
"""

FILLER = frozenset(_FILLER.split())
"""Words that make no difference."""

YES_OR_NO = frozenset(_YES_OR_NO.split())
"""Words that, at the beginning, ask for yes or no."""

TELLING = {
    word: meaning
    for meaning, _, words in (line.partition(":") for line in _SAME.strip().splitlines())
    for word in (meaning, *words.split())
}
"""Words that must not differ, each with the one that stands for all of its meaning."""
