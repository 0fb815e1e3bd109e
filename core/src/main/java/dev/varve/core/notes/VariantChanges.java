package dev.varve.core.notes;

import dev.varve.core.git.Commit;
import dev.varve.core.notes.Substitutions.Described;
import dev.varve.core.update.PackageChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What changed in several images that are built together, such as an image and the same image with
 * other drivers: once what changed in all of them alike, and for each variant what did not.
 *
 * @param variants at least one, in the order of the user
 */
public record VariantChanges(List<Variant> variants) {
  private static final String ABSENT = "–";

  /**
   * A variant, before and after an update.
   *
   * @param name the name of the variant
   */
  public record Variant(String name, Described before, Described after) {}

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no variant, or two have the same name
   */
  public VariantChanges {
    variants = List.copyOf(variants);
    Set<String> names = variants.stream().map(Variant::name).collect(Collectors.toSet());
    if (variants.isEmpty() || names.size() < variants.size()) {
      throw new IllegalArgumentException(
          "expected one or more variants of different names, got "
              + variants.stream().map(Variant::name).collect(Collectors.joining(", ")));
    }
  }

  /** Returns the changes that all variants have alike, by name. */
  public List<PackageChange> common() {
    Set<PackageChange> common = new LinkedHashSet<>(changes(variants.get(0)));
    variants.forEach(variant -> common.retainAll(changes(variant)));
    return List.copyOf(common);
  }

  /**
   * Returns the packages that changed in some variants, or otherwise than in others.
   *
   * @return for each package, by name, its versions in each variant that has it before or after the
   *     update, in the order of the variants; the two versions may be equal
   */
  public Map<String, Map<String, PackageChange>> differing() {
    Set<PackageChange> common = Set.copyOf(common());
    Map<String, Map<String, PackageChange>> differing = new TreeMap<>();
    for (Variant variant : variants) {
      for (PackageChange change : changes(variant)) {
        if (!common.contains(change)) {
          differing.computeIfAbsent(change.name(), this::inEachVariant);
        }
      }
    }
    return differing;
  }

  private Map<String, PackageChange> inEachVariant(String name) {
    Map<String, PackageChange> versions = new LinkedHashMap<>();
    for (Variant variant : variants) {
      String before = variant.before().packages().getOrDefault(name, "");
      String after = variant.after().packages().getOrDefault(name, "");
      if (!before.isEmpty() || !after.isEmpty()) {
        versions.put(variant.name(), new PackageChange(name, before, after));
      }
    }
    return versions;
  }

  private static List<PackageChange> changes(Variant variant) {
    return PackageChange.between(variant.before().packages(), variant.after().packages());
  }

  /**
   * Returns the changelog in Markdown.
   *
   * @param commits the commits that all variants are built from
   */
  public String markdown(List<Commit> commits, Formatters formatters) {
    StringBuilder out = new StringBuilder();
    addVersions(out);
    if (!commits.isEmpty()) {
      out.append("## Commits\n\n").append(Substitutions.commits(commits, formatters)).append('\n');
    }
    boolean isCommon = !common().isEmpty();
    boolean isDiffering = !differing().isEmpty();
    if (isCommon) {
      out.append("## Packages of all variants\n\n").append(commonList(formatters));
    }
    if (isDiffering) {
      out.append(isCommon ? "\n" : "");
      addTable(out);
    }
    if (!isCommon && !isDiffering) {
      out.append("No packages changed.\n");
    }
    return out.toString();
  }

  /** Adds the versions: once if all variants have the same, otherwise in a table. */
  private void addVersions(StringBuilder out) {
    Set<String> before = versions(Variant::before);
    Set<String> after = versions(Variant::after);
    if (before.size() == 1 && after.size() == 1) {
      out.append("# ").append(after.iterator().next()).append("\n\nChanges since ");
      out.append(before.iterator().next()).append("\n\n");
      return;
    }
    out.append("# Changes\n\n");
    row(out, List.of("variant", "from", "to"));
    row(out, List.of("---", "---", "---"));
    for (Variant variant : variants) {
      String from = version(variant.before());
      row(out, List.of(Markdown.escaped(variant.name()), from, version(variant.after())));
    }
    out.append('\n');
  }

  private Set<String> versions(Function<Variant, Described> image) {
    return variants.stream().map(image).map(VariantChanges::version).collect(Collectors.toSet());
  }

  private static String version(Described image) {
    return Markdown.escaped(image.version().orElse(""));
  }

  private String commonList(Formatters formatters) {
    Map<String, String> before = new TreeMap<>();
    Map<String, String> after = new TreeMap<>();
    for (PackageChange change : common()) {
      Optional.of(change.before())
          .filter(v -> !v.isEmpty())
          .ifPresent(v -> before.put(change.name(), v));
      Optional.of(change.after())
          .filter(v -> !v.isEmpty())
          .ifPresent(v -> after.put(change.name(), v));
    }
    return PackageList.changes(before, after, formatters);
  }

  private void addTable(StringBuilder out) {
    List<String> names = variants.stream().map(Variant::name).toList();
    out.append("## Packages that differ\n\n");
    List<String> header = new ArrayList<>(List.of("package"));
    names.forEach(name -> header.add(Markdown.escaped(name)));
    row(out, header);
    row(out, header.stream().map(name -> "---").toList());
    differing()
        .forEach(
            (name, versions) -> {
              UnaryOperator<String> shorten = PackageList.shortestDifferent(versions.values());
              List<String> cells = new ArrayList<>(List.of(Markdown.escaped(name)));
              names.forEach(
                  variant -> cells.add(cell(Optional.ofNullable(versions.get(variant)), shorten)));
              row(out, cells);
            });
  }

  private static String cell(Optional<PackageChange> change, UnaryOperator<String> shorten) {
    return change.map(each -> Markdown.escaped(PackageList.change(each, shorten))).orElse(ABSENT);
  }

  private static void row(StringBuilder out, List<String> cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
