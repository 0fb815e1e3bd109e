package dev.varve.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.core.json.JsonObject;
import dev.varve.registry.endpoint.Access;
import dev.varve.registry.endpoint.Answers;
import dev.varve.registry.endpoint.Endpoint;
import dev.varve.registry.endpoint.Refusal;
import dev.varve.registry.http.Http;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.RegistryException.Kind;
import dev.varve.registry.http.Request;
import dev.varve.registry.http.Response;
import dev.varve.registry.http.TransferException;
import dev.varve.registry.name.ImageName;
import dev.varve.registry.name.TagOrder;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Lists a repository's tags, from the first page to the last.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags">OCI
 *     distribution: listing tags</a>
 */
final class TagList {
  private static final int LARGE_PAGE = 1000;

  /** The largest page that Quay returns without failing. */
  private static final int SMALL_PAGE = 100;

  /** The most pages in a row without a new tag before the listing fails. */
  private static final int MOST_BARREN = 2;

  /** The most tags in a listing: five a day for centuries. */
  private static final int MOST_TAGS = 500_000;

  private static final int MOST_BYTES = 64 << 20;

  /** The most characters of a tag in a message. */
  private static final int MOST_CHARACTERS = 60;

  /** The number of tags in a message. */
  private static final int SHOWN = 5;

  /**
   * Tags that tools make from a digest, such as that of the index of referrers and those of cosign.
   */
  private static final Pattern OF_DIGEST =
      Pattern.compile("sha(256|512)-[0-9a-f]{64}(\\.(sig|att|sbom))?");

  private final Endpoint endpoint;
  private final String activity;
  private final Links links;

  /**
   * A page of the listing.
   *
   * @param listed the tags in the registry's order
   * @param requested the number of tags that were requested; 0 for a page that a link pointed to
   * @param next the address of the next page, from the page's link
   */
  private record Page(List<String> listed, int requested, Optional<URI> next) {
    boolean isFull() {
      return requested > 0 && listed.size() == requested;
    }
  }

  TagList(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.activity = "listing the tags of " + endpoint.name();
    this.links = new Links(endpoint, activity);
  }

  /** Returns all tags, sorted; none if the repository does not exist. */
  List<String> all() throws IOException {
    SortedSet<String> listed = new TreeSet<>();
    String last = "";
    boolean linkFailed = false;
    int barren = 0;
    Page page = first();
    while (true) {
      boolean isNew = listed.addAll(page.listed());
      last = page.listed().isEmpty() ? last : page.listed().get(page.listed().size() - 1);
      barren = isNew ? 0 : barren + 1;
      requireEnd(listed.size(), page.next().isPresent() ? barren : 0);
      if (page.next().isPresent()) {
        if (linkFailed) { // if one link fails, all fail
          if (!isNew) {
            return valid(listed);
          }
          page = after(last, SMALL_PAGE);
          continue;
        }
        try {
          page = linked(page.next().get());
        } catch (RegistryException e) {
          if (last.isEmpty() || e.status() < 400) {
            throw e;
          }
          linkFailed = true;
          page = after(last, SMALL_PAGE);
        }
      } else if (page.isFull() && isNew) {
        page = after(last, page.requested()); // some registries divide into pages without links
      } else {
        return valid(listed);
      }
    }
  }

  private void requireEnd(int tags, int barrenPages) throws RegistryException {
    if (tags > MOST_TAGS) {
      throw new RegistryException(
          Kind.REFUSED, 200, activity + ": expected at most " + MOST_TAGS + " tags, got more");
    }
    if (barrenPages > MOST_BARREN) {
      throw new RegistryException(
          Kind.REFUSED,
          200,
          activity + ": the pages never end: " + barrenPages + " in a row had no new tag");
    }
  }

  /** Returns the newest tag; empty if there is none, or if the tags have more than one page. */
  Optional<String> newest() throws IOException {
    Page page = first();
    boolean isOnly = page.next().isEmpty() && !page.isFull();
    return isOnly ? ofImages(valid(page.listed())).max(TagOrder.OLDEST_FIRST) : Optional.empty();
  }

  /** Returns all tags but those that stand for digests, sorted. */
  List<String> allOfImages() throws IOException {
    return ofImages(all()).toList();
  }

  private static Stream<String> ofImages(Collection<String> tags) {
    return tags.stream().filter(tag -> !OF_DIGEST.matcher(tag).matches());
  }

  /**
   * Returns the exception for a reference that does not exist. Its message says whether the
   * repository is missing, or else names the last tags.
   *
   * @param reference a tag or a digest
   * @param name the image as the user named it, including the transport
   */
  RegistryException missing(String reference, String name) {
    boolean isDigest = reference.contains(":");
    String subject = isDigest ? reference : "tag " + reference;
    String problem;
    try {
      List<String> tags = all();
      if (tags.isEmpty()) {
        String anything = isDigest ? reference : "tag";
        problem = "there is no repository " + endpoint.name() + ", or no " + anything + " in it";
      } else if (tags.contains(reference)) {
        problem = endpoint.name() + " lists " + subject + ", but serves no image or index for it";
      } else {
        problem = endpoint.name() + " has no " + subject + newestOf(tags);
      }
    } catch (IOException e) {
      problem = endpoint.name() + " has no " + subject;
    }
    return new RegistryException(Kind.NOT_FOUND, 404, "opening " + name + ": " + problem);
  }

  private static String newestOf(List<String> tags) {
    List<String> known = ofImages(tags).sorted(TagOrder.OLDEST_FIRST).toList();
    return known.isEmpty()
        ? ""
        : "; its last tags are "
            + String.join(", ", known.subList(Math.max(0, known.size() - SHOWN), known.size()));
  }

  /** Returns the tags that the specification allows, and reports the others to the user. */
  private List<String> valid(Collection<String> listed) {
    List<String> invalid = listed.stream().filter(tag -> !ImageName.isTag(tag)).sorted().toList();
    if (!invalid.isEmpty()) {
      endpoint.noticeOnce(
          "%s: leaving out %d of %d, such as %s, which the specification does not allow"
              .formatted(activity, invalid.size(), listed.size(), printable(invalid.get(0))));
    }
    return listed.stream().filter(ImageName::isTag).toList();
  }

  private static String printable(String tag) {
    String clean = tag.replaceAll("[^!-~]", "?");
    return "\""
        + (clean.length() > MOST_CHARACTERS ? clean.substring(0, MOST_CHARACTERS) + "…" : clean)
        + "\"";
  }

  private Page first() throws IOException {
    try {
      return first(new Request(activity, "GET", uri(LARGE_PAGE, "")).once(), LARGE_PAGE);
    } catch (TransferException e) {
      // Either the page is too large, or the failure passes: the next request is repeatable.
    } catch (RegistryException e) {
      if (e.status() != 400) {
        throw e;
      }
    }
    return first(new Request(activity, "GET", uri(SMALL_PAGE, "")), SMALL_PAGE);
  }

  /**
   * Requests the first page, the only one whose status may mean that the repository does not exist.
   */
  private Page first(Request request, int requested) throws IOException {
    return send(
        request,
        answer -> {
          if (!answer.isSuccess()) {
            Refusal refusal = Refusal.read(answer);
            // Requires a code: a 404 from a host that is not a registry is not an empty list.
            if (refusal.hasCode("NAME_UNKNOWN") || refusal.hasCode("NOT_FOUND")) {
              return new Page(List.of(), requested, Optional.empty());
            }
            throw endpoint.refusal(activity, refusal);
          }
          return read(answer, requested);
        });
  }

  private Page linked(URI uri) throws IOException {
    return later(new Request(activity + ", on a later page", "GET", uri), 0);
  }

  private Page after(String last, int requested) throws IOException {
    return later(
        new Request(activity + " after " + printable(last), "GET", uri(requested, last)),
        requested);
  }

  private Page later(Request request, int requested) throws IOException {
    return send(
        request,
        answer -> {
          if (!answer.isSuccess()) {
            RegistryException failure = endpoint.refusal(request.activity(), answer);
            // The repository exists, since its first page was listed.
            throw failure.kind() == Kind.NOT_FOUND
                ? new RegistryException(
                    Kind.REFUSED, failure.status(), String.valueOf(failure.getMessage()))
                : failure;
          }
          return read(answer, requested);
        });
  }

  private Page send(Request request, Http.Reading<Page> reading) throws IOException {
    return endpoint.send(request.with("Accept", "application/json"), Access.PULL, reading);
  }

  private URI uri(int count, String last) {
    String after = last.isEmpty() ? "" : "&last=" + URLEncoder.encode(last, UTF_8);
    return endpoint.uri("tags/list?n=" + count + after);
  }

  private Page read(Response answer, int requested) throws IOException {
    JsonObject json =
        Answers.json(answer, answer.bytes(MOST_BYTES), activity, "the tags of " + endpoint.name());
    return new Page(json.strings("tags"), requested, links.next(answer));
  }
}
