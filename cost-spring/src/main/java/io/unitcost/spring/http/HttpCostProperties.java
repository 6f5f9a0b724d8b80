package io.unitcost.spring.http;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an application says in {@code unitcost.http.*}.
 *
 * @param enabled Whether calls to models by plain HTTP clients are metered.
 * @param providers Who is paid for what hosts answer, beside the providers that are known by their hosts: the id in the price table
 *     or the name of a pool, and its hosts as HOST[:PORT][/PATH], such as llama-pool: llm.example.com:8000. The first that fits
 *     counts.
 * @param askForUsageInStreams Whether chat streams in OpenAI's form that would come without usage are asked for it. This changes what
 *     is sent, and the application sees one more event.
 */
@ConfigurationProperties("unitcost.http")
public record HttpCostProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue Map<String, List<String>> providers,
        @DefaultValue("false") boolean askForUsageInStreams) {}
