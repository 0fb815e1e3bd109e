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
  private final Links links;

  private record Page(List<String> tags, Optional<URI> next) {}

  TagList(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.activity = "listing the tags of " + endpoint.name();
    this.links = new Links(endpoint, activity);
  }

  /** All tags, sorted; none if there is no such repository. */
  List<String> all() throws IOException {
    SortedSet<String> tags = new TreeSet<>();
    int barren = 0;
    Page page = first();
    while (true) {
      barren = tags.addAll(page.tags()) ? 0 : barren + 1;
      if (page.next().isEmpty()) {
        return List.copyOf(tags);
      }
      if (barren > MOST_BARREN) {
        throw new RegistryException(
            Kind.REFUSED,
            200,
            activity + ": the pages never end: " + barren + " in a row brought no new tag");
      }
      page = page(new Request(activity, "GET", page.next().get()));
    }
  }

  /** All tags, in any order, if the first page has them; else none. */
  List<String> onePage() throws IOException {
    Page page = first();
    return page.next().isEmpty() ? page.tags() : List.of();
  }

  private Page first() throws IOException {
    try {
      return page(new Request(activity, "GET", endpoint.uri(LARGE_PAGES)).once());
    } catch (TransferException e) {
      // It may be the size of the page, or trouble that passes: the next request is repeated.
    } catch (RegistryException e) {
      if (e.status() != 400) {
        throw e;
      }
    }
    return page(new Request(activity, "GET", endpoint.uri(SMALL_PAGES)));
  }

  private Page page(Request request) throws IOException {
    return endpoint.send(request.with("Accept", "application/json"), Access.PULL, this::read);
  }

  private Page read(Response answer) throws IOException {
    if (answer.status() != 200) {
      Refusal refusal = Refusal.read(answer);
      // A 404 from something that is not a registry is not an empty list.
      if (refusal.says("NAME_UNKNOWN") || refusal.says("NOT_FOUND")) {
        return new Page(List.of(), Optional.empty());
      }
      throw endpoint.refusal(activity, refusal);
    }
    JsonObject json = JsonObject.parse(answer.bytes(MOST_BYTES), "the tags of " + endpoint.name());
    // What no registry takes for a tag can't be asked for either.
    List<String> tags = json.strings("tags").stream().filter(ImageName::isTag).toList();
    return new Page(tags, links.next(answer));
  }
}
