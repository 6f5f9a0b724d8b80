package io.unitcost.spring;

import io.unitcost.ledger.CostLedger;
import io.unitcost.ledger.FileLedgerSink;
import io.unitcost.ledger.LedgerSink;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ResourceUtils;

/** The ledger as {@code unitcost.ledger.*} says. */
final class LedgerSettings {

    private static final String PREFIX = "unitcost.ledger.";
    private static final String DIRECTORY =
            "give a directory that can be written to, such as /var/lib/shop/costs, or leave the setting out";

    private final UnitcostProperties.Ledger ledger;

    LedgerSettings(UnitcostProperties.Ledger ledger) {
        this.ledger = ledger;
    }

    FileLedgerSink sink() {
        FileLedgerSink.Builder files = FileLedgerSink.builder(directory());
        Settings.set(
                PREFIX + "max-file-size",
                ledger.maxFileSize(),
                size -> files.maxFileSize(size.toBytes()),
                "give 1KB or more, such as 256MB");
        Settings.set(
                PREFIX + "flush-interval",
                ledger.flushInterval(),
                files::flushInterval,
                "give a time from 0 to an hour, such as 1s");
        Settings.set(
                PREFIX + "queue-capacity",
                ledger.queueCapacity(),
                files::queueCapacity,
                "give 1 or more, such as 16384");
        files.gzip(ledger.gzip()).fsync(ledger.fsync());
        try {
            return files.build();
        } catch (IllegalArgumentException e) {
            throw noDirectory(e);
        }
    }

    /** A path, or the URL of one. */
    private Path directory() {
        try {
            return ResourceUtils.getFile(Settings.required(PREFIX + "directory", ledger.directory(), DIRECTORY))
                    .toPath();
        } catch (FileNotFoundException | IllegalArgumentException e) {
            throw noDirectory(e);
        }
    }

    private InvalidSettingException noDirectory(Exception refusal) {
        return new InvalidSettingException(
                PREFIX + "directory", ledger.directory(), Settings.reason(refusal), DIRECTORY, refusal);
    }

    CostLedger ledger(LedgerSink sink) {
        CostLedger.Builder records = CostLedger.builder(sink);
        String release = ledger.release();
        if (release != null && !release.isBlank()) {
            records.release(release.strip());
        }
        String name = "name an attribute of requests, or leave the setting out";
        Settings.set(PREFIX + "release-attribute", ledger.releaseAttribute(), records::releaseAttribute, name);
        Settings.set(
                PREFIX + "prompt-version-attribute",
                ledger.promptVersionAttribute(),
                records::promptVersionAttribute,
                name);
        Settings.set(PREFIX + "case-attribute", ledger.caseAttribute(), records::caseAttribute, name);
        Settings.set(PREFIX + "session-attribute", ledger.sessionAttribute(), records::sessionAttribute, name);
        Settings.set(PREFIX + "tenant-attribute", ledger.tenantAttribute(), records::tenantAttribute, name);
        salt(records, ledger.salt());
        Settings.set(
                PREFIX + "attributes",
                ledger.attributes(),
                names -> records.attributes(names.toArray(String[]::new)).build(),
                "name attributes of requests that are no secret, such as plan");
        return records.build();
    }

    /** Shows how long it is, and not what: it is a secret. */
    private static void salt(CostLedger.Builder records, @Nullable String salt) {
        if (salt == null) {
            return;
        }
        try {
            records.salt(salt);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(
                    PREFIX + "salt",
                    "(" + salt.length() + " characters)",
                    Settings.reason(e),
                    "give 16 or more random ones from where passwords are kept, the same in every instance, or leave the setting out",
                    e);
        }
    }
}
