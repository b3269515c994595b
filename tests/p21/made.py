"""Small made books: one line item, one maker, whatever lots a test needs."""

from __future__ import annotations

from coprod.p21.books import read_books

JB = "http://www.dtic.mil/comptroller/xml/schema/022009/jb"
PROC = "http://www.dtic.mil/comptroller/xml/schema/20100219/procurement"


def months(cells):
    return "".join(
        f"<MonthlyDelivery><Month>{m}</Month><Amount>{u}</Amount></MonthlyDelivery>" for m, u in cells
    )


def schedule(customer, quantity, cells, extra=""):
    return (
        f"<MonthlyDeliverySchedule><ServiceAgencyName>{customer}</ServiceAgencyName>"
        f"<ProcQuantity>{quantity}</ProcQuantity>{extra}"
        f"<MonthlyDeliveryList>{months(cells)}</MonthlyDeliveryList></MonthlyDeliverySchedule>"
    )


def lot(year, award, first, quantity, schedules="", unit_cost="0.5", extra=""):
    dates = "".join(
        f"<{name}>{value}</{name}>"
        for name, value in (("AwardDate", award), ("FirstDeliveryDate", first), ("Quantity", quantity))
        if value is not None
    )
    return (
        f"<HistoryPlanning><FiscalYear>{year}</FiscalYear>{dates}<UnitCost>{unit_cost}</UnitCost>{extra}"
        f"<MonthlyDeliveryScheduleList>{schedules}</MonthlyDeliveryScheduleList></HistoryPlanning>"
    )


#: MSR 12, 1-8-5 24, MAX 48 a year; ALT 3, PLT 10, total 13.
RATES = (
    "<MinimumSustainingRate>12</MinimumSustainingRate><MaximumProductionRate>48</MaximumProductionRate>"
    "<Rate185>24</Rate185>"
)
TIMES = (
    "<InitialQuantity><AdminLeadTimeBeforeOct1InMonths>0</AdminLeadTimeBeforeOct1InMonths>"
    "<AdminLeadTimeAfterOct1InMonths>3</AdminLeadTimeAfterOct1InMonths>"
    "<ProductionLeadTimeAfterOct1InMonths>10</ProductionLeadTimeAfterOct1InMonths>"
    "<TotalLeadTimeAfterOct1InMonths>13</TotalLeadTimeAfterOct1InMonths></InitialQuantity>"
)


def maker(lots, rates=RATES, times=TIMES, name="Acme", location="Springfield, IL"):
    return (
        f"<Manufacturer><Name>{name}</Name><Location>{location}</Location>{rates}{times}"
        f"<HistoryPlanningList>{''.join(lots)}</HistoryPlanningList></Manufacturer>"
    )


COST = (
    "<Cost><Quantity><AllPriorYears>7</AllPriorYears><BudgetYearOne>24</BudgetYearOne></Quantity>"
    "<TotalCost><CurrentYear>6</CurrentYear><BudgetYearOne>12</BudgetYearOne></TotalCost></Cost>"
)


def item(makers, name="Pump", cost=COST):
    listed = f"<ManufacturerList>{''.join(makers)}</ManufacturerList>"
    return f"<CostElement><Name>{name}</Name>{cost}{listed}</CostElement>"


UNITS = 'unitCostUnits="Millions" manufacturerRateUnits="Yearly"'


def line_item(items, number="P1", title="Pumps", units=UNITS):
    return (
        f'<LineItem quantityUnits="Each" totalCostUnits="Millions" {units}>'
        f"<LineItemNumber>{number}</LineItemNumber><LineItemTitle>{title}</LineItemTitle>"
        "<ServiceAgencyName>Army</ServiceAgencyName><AppropriationNumber>2035A</AppropriationNumber>"
        "<ResourceSummary><Quantity><CurrentYear>12</CurrentYear><BudgetYearOne>24</BudgetYearOne></Quantity>"
        "<TotalCost><CurrentYear>6</CurrentYear><BudgetYearOne>12</BudgetYearOne></TotalCost></ResourceSummary>"
        "<ItemExhibitList><P5Item><Name>Pumps</Name><CostElementCategoryList><Hardware><Recurring>"
        f"<CostElementList>{''.join(items)}</CostElementList>"
        "</Recurring></Hardware></CostElementCategoryList></P5Item></ItemExhibitList></LineItem>"
    )


def book(line_items, year=2017, inner=PROC, head=""):
    """A book's text; the namespaces are as published unless given otherwise."""
    items = "".join(line_items).replace("<LineItem ", f'<LineItem xmlns="{inner}" ')
    about = f"<BudgetYear>{year}</BudgetYear><BudgetCycle>PB</BudgetCycle>"
    about += f"<SubmissionDate>{year - 1}-02</SubmissionDate><ServiceAgencyName>Army</ServiceAgencyName>"
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}<JustificationBook xmlns="{JB}">{about}'
        f"<LineItemList>{items}</LineItemList></JustificationBook>"
    )


#: FY2015 under contract (8 units still to come), FY2017 planned: 24 for the Army, 12 foreign.
LOTS = (
    lot(
        *(2015, "2015-03", "2016-01", 12),
        schedule("Army", 12, [("2016-01", 4), ("2016-02", 4), ("2016-03", 4)]),
    ),
    lot(
        *(2017, "2017-01", "2017-11", 24),
        schedule("Army", 24, [("2017-11", 12), ("2017-12", 12)])
        + schedule("Foreign Military Sales", 12, [("2017-12", 12)]),
    ),
)


def read(tmp_path, *texts):
    """Write books and read them."""
    paths = []
    for number, text in enumerate(texts):
        paths.append(tmp_path / f"book-{number}.xml")
        paths[-1].write_text(text, encoding="utf-8")
    return read_books(paths)


def one(tmp_path, lots=LOTS, **maker_changes):
    """The only line of a book with one maker."""
    (line,) = read(tmp_path, book([line_item([item([maker(lots, **maker_changes)])])])).lines
    return line
