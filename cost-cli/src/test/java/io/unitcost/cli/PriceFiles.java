package io.unitcost.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Price files for tests, with prices that do not change with the bundled table. */
final class PriceFiles {

    /** One provider on terms of its own, one that passes on, one with tiers, regions, steps and times. */
    static final String ACME = """
            {
              "format": "unitcost-prices/1", "name": "acme", "date": "2026-11-01", "currency": "USD",
              "sources": {"contract": {"title": "Agreement 4711", "date": "2026-10-15"}},
              "providers": {
                "acme": {
                  "source": "contract",
                  "maker": true,
                  "deployments": {"prod-chat": "large"},
                  "models": {
                    "large": {
                      "aliases": ["large-2026-10-01"],
                      "rates": {"input_tokens": "2 per 1M", "cache_read_tokens": "0.2 per 1M", "output_tokens": "10 per 1M", "web_searches": "10 per 1k"},
                      "context": [{"above": 200000, "rates": {"input_tokens": "4 per 1M", "output_tokens": "15 per 1M"}}],
                      "tiers": {"batch": {"rates": {"input_tokens": "1 per 1M", "output_tokens": "5 per 1M"}}},
                      "regions": {"eu": "1.1"},
                      "periods": [{"to": "2026-01-01", "rates": {"input_tokens": "3 per 1M", "output_tokens": "12 per 1M"}}]
                    },
                    "small": {"rates": {"input_tokens": "0.1 per 1M", "output_tokens": "0.4 per 1M"}},
                    "embed": {"rates": {"input_tokens": "0.02 per 1M"}},
                    "local": {"rates": {"input_tokens": "0 per 1M", "output_tokens": "0 per 1M"}},
                    "speech": {"rates": {"audio_seconds": {"rate": "0.111 per hour", "minimum": "10"}}}
                  }
                },
                "reseller": {
                  "discount": "0.05", "margin": "0.1", "fee": "0.001", "fallback": ["acme"],
                  "models": {
                    "large": {"rates": {"input_tokens": "2 per 1M", "output_tokens": "10 per 1M"}},
                    "other/large": {"rates": {"input_tokens": "1 per 1M", "output_tokens": "1 per 1M"}}
                  }
                },
                "third": {"models": {"shared": {"rates": {"input_tokens": "1 per 1M"}}}},
                "fourth": {"models": {"shared": {"rates": {"input_tokens": "2 per 1M"}}}}
              }
            }
            """;

    private PriceFiles() {}

    static Path write(Path folder, String name, String content) {
        try {
            return Files.writeString(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
