/**
 * Objectives for the engines that teams already run: rules for Prometheus, files for Sloth, Pyrra and OpenSLO, a dashboard for
 * Grafana.
 */
@NullMarked
package io.unitcost.cli.slo;

import org.jspecify.annotations.NullMarked;
