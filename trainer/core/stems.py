"""Which words say the same: stems, how much a word tells, and families of words that mean alike in these calls."""

from __future__ import annotations

from functools import lru_cache

from trainer.core.wordlists import listed

LITTLE = frozenset(  # words that tell next to nothing by themselves
    listed(
        """a an the of and or for to at in on by with from as so if but that this these those it its is was am be been
    being are were i me my mine you your yours we us our he him his she her they them their do does did have has
    had will would shall should can could may might just really very quite too also then than there here well
    like okay oh yes yeah yep no now please hello hi hey good morning afternoon evening bye about up out into
    over what which who when where how why all any some one got get go going been bit much more most still again
    back off down only even ever such own because because"""
    )
)
USUAL = frozenset(  # words that stand in most of these calls
    listed(
        """call calling called job role position interview interviewed company team work working know say said tell
    told think want wanted let make take see time day week thing lot little something anything somebody
    everything way people person give need come look sorry mean hear question name am speaking not"""
    )
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


COMMON = frozenset(  # further everyday words, which no recogniser writes for want of a name
    listed(
        """about above across address after again ago air along alone already always another answer anything area
    around asked away baby bad bag band bank bar bed before began behind below best better between book both
    boss bought box boy break bring brother brought build bus busy buy car card care carry case catch certain
    chance change chat check child children city class clean clear close coffee cold colleague cool cost could
    course cover cup cut daddy date dear deep desk did different dinner doctor does dog done door down draw
    dress drink drive drop during each early easy eat either else email end enough ever evening every exact
    example eye face fact fair fall family far farm fast father feel feet felt few field fill final find fine
    finish fire first fit five floor fly follow food foot for force forget form found four free fresh friday
    friend friendly from front full fun game garden gave girl given glad glass gone great green ground group
    grow guess half hand hang hard head hear heart heat heavy held help her high himself hold home hope hot hour
    house hundred husband idea inside instead keep kept kid kind kitchen knew lady land large last late laugh
    lead learn least leave left less let letter level life light like line list listen live long look lose lost
    loud love low luck lunch made mail main make man many march market matter may maybe meant meet men might
    mind minute miss moment monday money month mother mouth move much music must nearly neck never new next nice
    night nine nobody noise none note nothing notice number off offer office often old once open order other our
    outside over own page paid paper part past pay phone pick piece plan play please point poor post pretty
    price proper put quick quiet quite rain ran rather reach read ready real reason red rest ride right ring
    road room round run sad safe same sat saturday save saw school seat second seem seen sell send sent set
    seven shall share she shop short should show shut side sign since sit six sleep slow small son soon sort
    sound speak spent staff stage stand start state stay step stop store story straight street strong such
    summer sunday sure swear table taken talk tea teach team tell ten test than that theirs them then there
    these they thing third those though three through thursday till today together told tomorrow tonight took
    top touch tour town train tried true trust try tuesday turn twice two under until use used usual very voice
    wait walk wall war warm wash watch water weather wednesday week well went west whatever while white whole
    whose wide wife win winter wish with without woman women wonder word wore work world worry would write wrong
    wrote yard year yesterday yet young"""
    )
)


@lru_cache(maxsize=65536)
def is_common(word: str) -> bool:
    """Is it an everyday word, which stands for itself and not for a misheard name?"""
    return word in LITTLE or word in USUAL or word in COMMON or bool(families(stem(word)))


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
