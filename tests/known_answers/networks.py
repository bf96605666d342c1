"""Networks."""

from functools import cache

from rating_and_network_data import florentine, karate

from collective_impact.statistics.networks.centralization import centralization
from collective_impact.statistics.networks.cohesion import cohesion
from collective_impact.statistics.networks.mixing import mixing
from known_answers.known import Known

WASSERMAN = "Wasserman & Faust 1994, Social network analysis, chapter 5"
ZACHARY = "Zachary 1977, Journal of Anthropological Research 33; figures of standard software"


@cache
def families(isolate):
    return cohesion(florentine(isolate)), centralization(florentine(isolate))


@cache
def club():
    return cohesion(karate()), centralization(karate()), mixing(karate(), "club")


def marriages(isolate, *published):
    count = 16 if isolate else 15
    computed = {
        f"Florentine marriages, {count} families: density": lambda: families(isolate)[0].density,
        "… degree centralization": lambda: families(isolate)[1].degree,
        "… betweenness centralization": lambda: families(isolate)[1].betweenness,
        "… betweenness of the Medici": lambda: families(isolate)[1].actors.loc["Medici", "betweenness"],
    }
    return [
        Known("KA29", what, figure, 1e-3, ours, WASSERMAN)
        for (what, ours), figure in zip(computed.items(), published, strict=True)
    ]


def friends(what, published, computed, digits=3):
    return Known("KA30", what, published, 1e-3, computed, ZACHARY, digits)


KNOWN = [
    *marriages(True, 0.167, 0.267, 0.383, 0.452),
    *marriages(False, 0.1905, 0.2747, 0.4368, 0.5220),
    friends("Karate club: density", 0.139, lambda: club()[0].density),
    friends("… transitivity", 0.256, lambda: club()[0].transitivity),
    friends("… average clustering", 0.571, lambda: club()[0].average_clustering),
    friends("… betweenness of member 0", 0.438, lambda: club()[1].actors.loc["0", "betweenness"]),
    friends("… betweenness of member 33", 0.304, lambda: club()[1].actors.loc["33", "betweenness"]),
    friends("… diameter", 5, lambda: club()[0].diameter, 0),
    friends("… assortativity", -0.476, lambda: club()[0].assortativity),
    friends("… mean distance", 2.408, lambda: club()[0].mean_distance),
    friends("… modularity of the split", 0.358, lambda: club()[2].modularity),
]
