package dev.varve.registry;

import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.http.Redirects;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Response;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Follows the links of one listing from page to page, to new pages on the same host. */
final class Links {
  /**
   * The most pages, more than any registry has, so that a registry that sends new links forever is
   * stopped.
   */
  private static final int MOST_PAGES = 2_000;

  /** The longest header, because the time to search it grows with its square. */
  private static final int MOST_CHARACTERS = 8 << 10;

  private static final Pattern NEXT =
      Pattern.compile("<([^>]*)>\\s*;[^,]*\\brel\\s*=\\s*\"?next\"?", Pattern.CASE_INSENSITIVE);

  private final Endpoint endpoint;
  private final String activity;
  private final Set<URI> seen = new HashSet<>();

  Links(Endpoint endpoint, String activity) {
    this.endpoint = endpoint;
    this.activity = activity;
  }

  /** Returns the address of the page after {@code page}; empty if it is the last. */
  Optional<URI> next(Response page) throws IOException {
    for (String header : page.headers("Link")) {
      if (header.length() > MOST_CHARACTERS) {
        throw failure(
            "expected a Link of at most %d characters, got %d"
                .formatted(MOST_CHARACTERS, header.length()));
      }
      Matcher link = NEXT.matcher(header);
      if (link.find()) {
        URI next = endpoint.follow(page, link.group(1), activity);
        if (!Redirects.isSameHost(next, page.uri())) {
          throw failure("expected the next page on the same host, got one on " + next.getHost());
        }
        if (!seen.add(next) || seen.size() > MOST_PAGES) {
          throw failure("the pages never end: after " + seen.size() + " there is another");
        }
        return Optional.of(next);
      }
    }
    return Optional.empty();
  }

  private RegistryException failure(String problem) {
    return new RegistryException(Kind.REFUSED, 0, activity + ": " + problem);
  }
}
