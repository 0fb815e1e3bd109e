package dev.varve.registry;

import dev.varve.core.json.JsonObject;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.TransferException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Lists a repository's tags, from the first page to the last.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags">OCI
 *     distribution: listing tags</a>
 */
final class TagList {
  private static final String LARGE_PAGES = "tags/list?n=1000";

  /** Quay fails on pages of more than this. */
  private static final String SMALL_PAGES = "tags/list?n=100";

  /** How many pages in a row may bring nothing new and still lead to another. */
  private static final int MOST_BARREN = 2;

  private static final int MOST_BYTES = 64 << 20;

  private final Endpoint endpoint;
  private final String activity;

  TagList(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.activity = "listing the tags of " + endpoint.name();
  }

  /** All tags, sorted; none if there is no such repository. */
  List<String> all() throws IOException {
    SortedSet<String> tags = new TreeSet<>();
    Links links = new Links(endpoint, activity);
    int barren = 0;
    Optional<URI> next;
    try (Response page = first()) {
      if (page.status() == 404 && isUnknownRepository(page)) {
        return List.of();
      }
      tags.addAll(read(page));
      next = links.next(page);
    }
    while (next.isPresent()) {
      try (Response page = get(new Request(activity, "GET", next.get()))) {
        barren = tags.addAll(read(page)) ? 0 : barren + 1;
        next = links.next(page);
      }
      if (barren > MOST_BARREN) {
        throw new RegistryException(
            Kind.REFUSED,
            200,
            activity + ": the pages never end: " + barren + " in a row brought no new tag");
      }
    }
    return List.copyOf(tags);
  }

  private Response first() throws IOException {
    Response page;
    try {
      page = get(new Request(activity, "GET", endpoint.uri(LARGE_PAGES)).once());
      if (page.status() != 400) {
        return page;
      }
      page.close();
    } catch (TransferException e) {
      // It may be the size of the page, or trouble that passes: the next request is repeated.
    }
    return get(new Request(activity, "GET", endpoint.uri(SMALL_PAGES)));
  }

  private Response get(Request request) throws IOException {
    return endpoint.send(request.with("Accept", "application/json"), Access.PULL);
  }

  /** A 404 from something that is not a registry is not an empty list. */
  private boolean isUnknownRepository(Response page) throws IOException {
    Refusal refusal = Refusal.read(page);
    if (refusal.says("NAME_UNKNOWN") || refusal.says("NOT_FOUND")) {
      return true;
    }
    throw endpoint.refusal(activity, refusal);
  }

  private List<String> read(Response page) throws IOException {
    if (page.status() != 200) {
      throw endpoint.refusal(activity, page);
    }
    JsonObject json = JsonObject.parse(page.bytes(MOST_BYTES), "the tags of " + endpoint.name());
    return json.has("tags") ? json.strings("tags") : List.of();
  }
}
