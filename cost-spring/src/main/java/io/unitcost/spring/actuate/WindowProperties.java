package io.unitcost.spring.actuate;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the actuator endpoint shows.
 *
 * @param window How long the rolling window of the actuator endpoint cost is, from a minute to 31 days.
 */
@ConfigurationProperties("unitcost")
record WindowProperties(@DefaultValue("1h") Duration window) {}
