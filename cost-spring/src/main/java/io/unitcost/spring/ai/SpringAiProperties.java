package io.unitcost.spring.ai;

import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an application says in {@code unitcost.spring-ai.*}.
 *
 * @param enabled Whether the calls of Spring AI are metered.
 * @param providers Who is paid, by the name that Spring AI gives the provider, where that is somebody else: with another base URL
 *     openai is not OpenAI. The id in the price table, or the name of a pool.
 */
@ConfigurationProperties("unitcost.spring-ai")
record SpringAiProperties(
        @DefaultValue("true") boolean enabled, @DefaultValue Map<String, String> providers) {}
