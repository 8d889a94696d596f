"""Which words say the same: stems, how much a word tells, and families of words that mean alike in these calls."""

from __future__ import annotations

from functools import lru_cache

LITTLE = frozenset(  # words that tell next to nothing by themselves
    """a an the of and or for to at in on by with from as so if but that this these those it its is was am be been being are were
    i me my mine you your yours we us our he him his she her they them their do does did have has had will would shall should can
    could may might just really very quite too also then than there here well like okay oh yes yeah yep no now please hello hi hey
    good morning afternoon evening bye about up out into over what which who when where how why all any some one got get go going
    been bit much more most still again back off down only even ever such own because because""".split()
)
USUAL = frozenset(  # words that stand in most of these calls
    """call calling called job role position interview interviewed company team work working know say said tell told think want
    wanted let make take see time day week thing lot little something anything somebody everything way people person give need
    come look sorry mean hear question name am speaking not""".split()
)
FAMILIES = """
thank thanks thankful ta cheers grateful gratitude appreciate appreciated appreciation obliged ty
keen interested interest enthusiastic enthusiasm excited eager love want wanted dearly hope dream
news update status word progress decision decided verdict outcome result stand landed heard
phone telephone ring rang bell buzz call dial
number digits mobile cell
mail email post inbox
send forward mail pass
meet met saw spoke spoken talk talked chat chatted conversation discussion sat interview
enjoyed enjoy pleasure lovely grand liked nice loved
wait patient patience rush hurry time pace
happy glad pleased delighted gladly willing
reference referee references vouch
sorry apologise apologies forgive pardon apology
job role position post vacancy opening place
pay salary wage money paid earn compensation
holiday holidays vacation leave
offer offered contract
answer reply decision response
choice favourite prefer preference rather
available reachable reach contact free
help assist helpful support
question ask clarify explain
forgot forgotten missed omitted left
gift present flowers chocolates wine bottle hamper cake
facebook instagram whatsapp snapchat tiktok
desperate beg begging desperately
best top finest better
stupid hopeless useless incompetent rubbish awful terrible shambles
angry annoyed annoying fed frustrated frustrating upset furious
promised promise said
today tonight immediately now
document certificate certificates papers copy paper
""".strip().splitlines()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The word without its English ending: rough, and the same for both sides that are compared."""
    if len(word) <= 3 or word[0].isdigit():
        return word
    for ending, put in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + put
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiosl":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


ENDINGS = (
    ("iness", ""),
    ("fulness", ""),
    ("ations", ""),
    ("ation", ""),
    ("ments", ""),
    ("ment", ""),
    ("ingly", ""),
    ("edly", ""),
    ("ously", "ous"),
    ("iest", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("ily", ""),
    ("ing", ""),
    ("ed", ""),
    ("ly", ""),
    ("es", ""),
    ("s", ""),
)


@lru_cache(maxsize=65536)
def weight(word: str) -> float:
    """How much it tells that a word was said, 0 to 1."""
    if word in LITTLE:
        return 0.12
    if word in USUAL:
        return 0.5
    return 1.0


_FAMILY_OF: dict[str, frozenset[int]] = {}
for _n, _line in enumerate(FAMILIES):
    for _w in _line.split():
        _FAMILY_OF[stem(_w)] = _FAMILY_OF.get(stem(_w), frozenset()) | {_n}


def families(stemmed: str) -> frozenset[int]:
    return _FAMILY_OF.get(stemmed, frozenset())
