package dev.varve.runner.builtin;

import dev.varve.core.image.ImageSource;
import dev.varve.core.notes.Notes;
import dev.varve.core.notes.Substitutions;
import dev.varve.core.notes.Substitutions.Described;
import dev.varve.core.plan.PlanState;
import dev.varve.core.state.PublishedImage;
import dev.varve.runner.RechunkRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fills in the labels and the changelog of a new image. */
final class ImageNotes {
  private ImageNotes() {}

  /** Returns the values of names in templates, and reports names without a value. */
  static Substitutions of(
      RechunkRequest request, PlanState state, Optional<PublishedImage> previous)
      throws IOException {
    Map<String, String> inherited = request.source().config().labels();
    Optional<String> version =
        request
            .labels()
            .getOrDefault(
                Notes.VERSION_LABEL, Optional.ofNullable(inherited.get(Notes.VERSION_LABEL)));
    Substitutions notes =
        Substitutions.of(
            request.notes(),
            Instant.ofEpochSecond(state.images().get(state.images().size() - 1)),
            new Described(version, state.packages()),
            previous(request, previous));
    request
        .labels()
        .forEach((name, value) -> tell("label " + name, value.orElse(""), notes, request));
    request.notes().changelog().ifPresent(text -> tell("the changelog", text, notes, request));
    return notes;
  }

  private static Optional<Described> previous(
      RechunkRequest request, Optional<PublishedImage> previous) throws IOException {
    Optional<ImageSource> image = request.previous();
    if (image.isEmpty() || previous.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Described.published(
            image.get().config().labels(),
            previous.get().name(),
            previous.get().state().packages()));
  }

  private static void tell(
      String where, String template, Substitutions notes, RechunkRequest request) {
    List<String> missing = notes.missing(template);
    if (!missing.isEmpty()) {
      request
          .progress()
          .notice(
              where + " keeps <" + String.join(">, <", missing) + ">: no value is known for it");
    }
  }
}
