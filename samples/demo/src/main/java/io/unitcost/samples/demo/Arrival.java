package io.unitcost.samples.demo;

/**
 * A request that arrives: when, for which feature, and how much of a model it will need.
 *
 * @param nanos since the traffic began, in trace time
 * @param feature which feature it is for
 * @param inputTokens of the prompt
 * @param outputTokens of the answer
 */
record Arrival(long nanos, String feature, int inputTokens, int outputTokens) {}
