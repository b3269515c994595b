"""
Print how far the public lots are from what award, lead time, quantity and rate predict.

    python -m benchmarks.lots ../shared/data/us-budget

The figures of docs/evidence-lots.md are this script's.
"""

import sys
from pathlib import Path

from tests.cases import lots as study_of_lots
from tests.cases.p21 import PROGRAMMES, read_lots, read_programme


def line(spread, digits=0):
    cells = [f"{value:.{digits}f}" for value in spread.quantiles]
    shares = [] if digits else [f"{spread.exact:.0%}", f"{spread.within_one:.0%}"]
    return " | ".join(["", spread.what, str(spread.count), *cells, *shares, ""]).strip()


def head(first, *more):
    names = [first, "lots", *(f"p{q * 100:.0f}" for q in study_of_lots.QUANTILES), *more]
    return f"| {' | '.join(names)} |\n|{' --- |' * len(names)}"


def main(folder):
    lots = read_lots(Path(folder))
    print(f"{len(lots)} lots\n\nFirst delivery: predicted less published, months\n")
    print(head("PLT taken", "exact", "within a month"))
    for spread in study_of_lots.first_delivery(lots):
        print(line(spread))
    for published in (True, False):
        begin = "published" if published else "predicted"
        print(f"\nLast delivery from the {begin} first one: predicted less published, months\n")
        print(head("rate taken", "exact", "within a month"))
        for spread in study_of_lots.last_delivery(lots, published_first=published):
            print(line(spread))
        print(f"\nCumulative curve from the {begin} first delivery: largest gap, share of the lot\n")
        found = study_of_lots.curves(lots, published_first=published)
        print(head("rate taken"))
        for gap, _ in found:
            print(line(gap, 2))
        print(f"\nMean delivery, from the {begin} first one: predicted less published, months\n")
        print(head("rate taken"))
        for _, delay in found:
            print(line(delay, 1))
    print("\nThree complete programmes, lots in turn on their line; months predicted less published\n")
    print("| programme | rate a year | lot | units | award | first | last | largest gap | mean delay |")
    print("|" + " --- |" * 9)
    for programme in PROGRAMMES:
        found = read_programme(Path(folder), programme)
        for rate in ("1-8-5", "maximum"):
            if programme == "JLTV" and rate == "1-8-5":
                continue  # 20 a year for lots of hundreds: the exhibit's slip
            for row in study_of_lots.programme_rows(programme, found, rate):
                print(f"| {' | '.join(row)} |")
    print("\n| reason | lots | of |\n| --- | --- | --- |")
    for reason, (count, total) in study_of_lots.reasons(lots).items():
        print(f"| {reason.strip()} | {count} | {total} |")


if __name__ == "__main__":
    main(sys.argv[1])
