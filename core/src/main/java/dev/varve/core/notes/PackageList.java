package dev.varve.core.notes;

import dev.varve.core.delta.PackageChange;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Packages as they are written in labels and changelogs. */
final class PackageList {
  /** How much of a version there is to show, from the least on. */
  private static final List<UnaryOperator<String>> LENGTHS =
      List.of(PackageList::version, PackageList::versionAndRelease, UnaryOperator.identity());

  private PackageList() {}

  /** The version, without epoch and release; of several, each. */
  static String version(String versions) {
    return each(
        versions,
        version -> {
          int release = version.lastIndexOf('-');
          return release < 0 ? version : version.substring(0, release);
        });
  }

  /** The version with its release, without the epoch; of several, each. */
  static String versionAndRelease(String versions) {
    return each(versions, UnaryOperator.identity());
  }

  private static String each(String versions, UnaryOperator<String> shorten) {
    return Arrays.stream(versions.split(" ", -1))
        .map(version -> shorten.apply(version.substring(version.indexOf(':') + 1)))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** What became of packages: those that came, those that changed, those that went. */
  static String changes(List<PackageChange> changes, Formatters formatters) {
    StringBuilder added = new StringBuilder();
    StringBuilder updated = new StringBuilder();
    StringBuilder removed = new StringBuilder();
    for (PackageChange change : changes) {
      UnaryOperator<String> shorten = telling(change);
      Map<String, String> values =
          Map.of(
              "package", Markdown.escaped(change.name()),
              "old", Markdown.escaped(shorten.apply(change.before())),
              "new", Markdown.escaped(shorten.apply(change.after())));
      if (change.isAdded()) {
        added.append(formatters.format(Formatters.ADDED, values));
      } else if (change.isRemoved()) {
        removed.append(formatters.format(Formatters.REMOVED, values));
      } else {
        updated.append(formatters.format(Formatters.UPDATED, values));
      }
    }
    return added.append(updated).append(removed).toString();
  }

  /** The least of the versions in which the difference shows. */
  private static UnaryOperator<String> telling(PackageChange change) {
    return LENGTHS.stream()
        .filter(length -> !length.apply(change.before()).equals(length.apply(change.after())))
        .findFirst()
        .orElse(UnaryOperator.identity());
  }
}
