package dev.varve.core.notes;

import dev.varve.core.update.PackageChange;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Formats packages for labels and changelogs. */
final class PackageList {
  /** The forms of a version, shortest first. */
  private static final List<UnaryOperator<String>> LENGTHS =
      List.of(PackageList::version, PackageList::versionAndRelease, UnaryOperator.identity());

  private PackageList() {}

  /** Returns the version without epoch and release; several versions are separated by commas. */
  static String version(String versions) {
    return each(
        versions,
        version -> {
          int release = version.lastIndexOf('-');
          return release < 0 ? version : version.substring(0, release);
        });
  }

  /** Returns the version with release, without epoch; several are separated by commas. */
  static String versionAndRelease(String versions) {
    return each(versions, UnaryOperator.identity());
  }

  private static String each(String versions, UnaryOperator<String> shorten) {
    return Arrays.stream(versions.split(" ", -1))
        .map(version -> shorten.apply(version.substring(version.indexOf(':') + 1)))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /**
   * Lists changed packages: first added ones, then updated, then removed; and last that RPM's keys
   * changed, whichever they are.
   *
   * @param before the versions of the image before, by package
   * @param after the versions of the image, by package
   */
  static String changes(
      Map<String, String> before, Map<String, String> after, Formatters formatters) {
    StringBuilder added = new StringBuilder();
    StringBuilder updated = new StringBuilder();
    StringBuilder removed = new StringBuilder();
    for (PackageChange change : PackageChange.between(before, after)) {
      UnaryOperator<String> shorten = shortestDifferent(change);
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
    added.append(updated).append(removed);
    if (PackageChange.keysChanged(before, after)) {
      added.append(formatters.format(Formatters.KEYS, Map.of()));
    }
    return added.isEmpty() ? formatters.format(Formatters.NO_PACKAGES, Map.of()) : added.toString();
  }

  /**
   * Returns the two versions of a package, or the one that it keeps.
   *
   * @param shorten how versions are written
   */
  static String change(PackageChange change, UnaryOperator<String> shorten) {
    if (change.before().equals(change.after())) {
      return shorten.apply(change.after());
    }
    return orNone(shorten.apply(change.before())) + " → " + orNone(shorten.apply(change.after()));
  }

  private static String orNone(String version) {
    return version.isEmpty() ? "x" : version;
  }

  /** Returns the shortest form in which the two versions differ. */
  private static UnaryOperator<String> shortestDifferent(PackageChange change) {
    return shortestDifferent(List.of(change));
  }

  /** Returns the shortest form in which all versions in the changes of a package differ. */
  static UnaryOperator<String> shortestDifferent(Collection<PackageChange> changes) {
    Set<String> versions =
        changes.stream()
            .flatMap(change -> Stream.of(change.before(), change.after()))
            .collect(Collectors.toSet());
    return LENGTHS.stream()
        .filter(length -> versions.stream().map(length).distinct().count() == versions.size())
        .findFirst()
        .orElse(UnaryOperator.identity());
  }
}
