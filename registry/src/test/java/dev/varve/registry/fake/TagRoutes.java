package dev.varve.registry.fake;

import dev.varve.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Handles {@code /v2/NAME/tags/list}, page by page. */
final class TagRoutes {
  private static final int ENDLESS_PAGE = 100;

  private final Store store;
  private final Behavior behavior;

  TagRoutes(Store store, Behavior behavior) {
    this.store = store;
    this.behavior = behavior;
  }

  Reply handle(Request request, String repository) throws Refusal {
    if (!request.method().equals("GET")) {
      throw Routes.wrongMethod(request);
    }
    if (!store.hasRepository(repository)) {
      throw new Refusal(
          404, "NAME_UNKNOWN", "repository name not known to registry: " + repository);
    }
    Optional<String> last = request.parameter("last");
    if (last.isPresent() && behavior.has(Quirk.LOSES_LATER_TAG_PAGES)) {
      throw new Refusal(
          404, "NAME_UNKNOWN", "repository name not known to registry: " + repository);
    }
    Optional<String> n = request.parameter("n");
    int size = n.isEmpty() ? behavior.tagPage() : number(n.get());
    if (size > behavior.tagPage() && behavior.has(Quirk.REFUSES_LARGE_TAG_PAGES)) {
      throw new Refusal(
          400, "PAGINATION_NUMBER_INVALID", "expected n of at most " + behavior.tagPage());
    }
    size = Math.min(size, behavior.tagPage());
    if (behavior.has(Quirk.ENDLESS_TAGS)) {
      int first = last.isEmpty() ? 0 : Integer.parseInt(last.get().substring(1)) + 1;
      return behavior.has(Quirk.NO_TAG_LINKS)
          ? page(repository, endless(first, size), size, false)
          : page(repository, endless(first, Math.min(size, ENDLESS_PAGE)), size, true);
    }
    List<String> tags = new ArrayList<>(store.tags(repository));
    if (behavior.has(Quirk.UNSORTED_TAGS)) {
      Collections.reverse(tags);
    }
    int direction = behavior.has(Quirk.UNSORTED_TAGS) ? -1 : 1;
    last.ifPresent(tag -> tags.removeIf(each -> direction * each.compareTo(tag) <= 0));
    int end = Math.min(size, tags.size());
    if (last.isPresent() && end > 0 && behavior.has(Quirk.REPEATS_TAGS)) {
      tags.add(0, last.get());
      end++;
    }
    boolean more = end > 0 && end < tags.size() && !behavior.has(Quirk.NO_TAG_LINKS);
    return page(
        repository,
        tags.subList(0, end),
        size,
        more || (end > 0 && behavior.has(Quirk.LINKS_PAST_THE_LAST_TAG)));
  }

  private static int number(String n) throws Refusal {
    try {
      return Integer.parseUnsignedInt(n);
    } catch (NumberFormatException e) {
      throw new Refusal(400, "PAGINATION_NUMBER_INVALID", "expected a number, got n=" + n);
    }
  }

  private static List<String> endless(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(number -> String.format("t%09d", number))
        .toList();
  }

  private static Reply page(String repository, List<String> tags, int size, boolean more) {
    JsonObject json = JsonObject.EMPTY.with("name", repository).with("tags", tags);
    Reply reply = Reply.of(200).json("application/json", json);
    if (!more) {
      return reply;
    }
    String next =
        "/v2/" + repository + "/tags/list?n=" + size + "&last=" + tags.get(tags.size() - 1);
    return reply.header("Link", "<" + next + ">; rel=\"next\"");
  }
}
