/** What all commands share: exit codes, tables and numbers for people, JSON for programs, and the refusal that a user sees. */
@NullMarked
package io.unitcost.cli.shell;

import org.jspecify.annotations.NullMarked;
