package io.unitcost.cli.gate;

import io.unitcost.gate.CostCheck;
import io.unitcost.gate.GateReport;
import io.unitcost.gate.GateReport.FeatureReport;
import io.unitcost.gate.GateReport.Judged;
import io.unitcost.gate.GateReport.Level;
import io.unitcost.gate.Verdict;
import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** One test suite for each feature, one test case for each check; undecided is skipped, or failed if asked for. What cannot be judged is an error. */
final class JUnitXml {

    private final XMLStreamWriter xml;
    private final Amounts amounts;
    private final boolean undecidedFails;

    private JUnitXml(XMLStreamWriter xml, Amounts amounts, boolean undecidedFails) {
        this.xml = xml;
        this.amounts = amounts;
        this.undecidedFails = undecidedFails;
    }

    static String of(GateReport report, boolean undecidedFails) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            new JUnitXml(xml, Amounts.in(report.currency()), undecidedFails).write(report);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text.append('\n').toString();
    }

    private void write(GateReport report) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuites");
        xml.writeAttribute("name", "AI cost gate");
        for (FeatureReport feature : report.features()) {
            suite(feature);
        }
        if (!report.problems().isEmpty()) {
            problems(report);
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void suite(FeatureReport feature) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", clean(feature.feature()));
        xml.writeAttribute("tests", String.valueOf(feature.checks().size()));
        xml.writeAttribute(
                "failures",
                String.valueOf(feature.checks().stream().filter(this::fails).count()));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute(
                "skipped",
                String.valueOf(feature.checks().stream()
                        .filter(judged -> !fails(judged) && judged.check().verdict() != Verdict.PASS)
                        .count()));
        for (Judged judged : feature.checks()) {
            check(feature, judged);
        }
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
    }

    private boolean fails(Judged judged) {
        Verdict verdict = judged.check().verdict();
        return judged.level() == Level.FAIL
                && (verdict == Verdict.FAIL || (undecidedFails && verdict == Verdict.UNDECIDED));
    }

    private void check(FeatureReport feature, Judged judged) throws XMLStreamException {
        CostCheck check = judged.check();
        String said = said(check);
        xml.writeCharacters("\n    ");
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", clean(feature.feature()));
        xml.writeAttribute("name", check.quantity().label());
        if (fails(judged)) {
            xml.writeEmptyElement("failure");
            xml.writeAttribute("type", check.verdict().name());
            xml.writeAttribute("message", clean(said));
        } else if (check.verdict() != Verdict.PASS) {
            xml.writeEmptyElement("skipped");
            xml.writeAttribute(
                    "message", clean((check.verdict() == Verdict.FAIL ? "warning: " : "undecided: ") + said));
        }
        xml.writeStartElement("system-out");
        xml.writeCharacters(clean(said + (check.notes().isEmpty() ? "" : "\n" + String.join("\n", check.notes()))));
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private void problems(GateReport report) throws XMLStreamException {
        String count = String.valueOf(report.problems().size());
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", "data");
        xml.writeAttribute("tests", count);
        xml.writeAttribute("failures", "0");
        xml.writeAttribute("errors", count);
        xml.writeAttribute("skipped", "0");
        for (String problem : report.problems()) {
            xml.writeCharacters("\n    ");
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", "data");
            xml.writeAttribute("name", "can be judged");
            xml.writeEmptyElement("error");
            xml.writeAttribute("message", clean(problem));
            xml.writeEndElement();
        }
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
    }

    private String said(CostCheck check) {
        return check.quantity().label() + " " + amounts.shown(check, check.estimate()) + ", limit "
                + amounts.shown(check, check.limit()) + ": " + check.evidence();
    }

    /** XML 1.0 has no way to say control characters. */
    private static String clean(String text) {
        return text.codePoints()
                .map(c -> c == '\n'
                                || c == '\t'
                                || (c >= ' ' && c != 0xFFFE && c != 0xFFFF && !(c >= 0xD800 && c <= 0xDFFF))
                        ? c
                        : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
