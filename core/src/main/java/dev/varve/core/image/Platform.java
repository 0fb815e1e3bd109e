package dev.varve.core.image;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The platform of an image, as {@code OS/ARCH[/VARIANT]}.
 *
 * @param os Go's name of the operating system, such as {@code linux}
 * @param architecture Go's name of the processor, such as {@code amd64}
 * @param variant the processor's variant, such as {@code v8}, or empty
 */
public record Platform(String os, String architecture, String variant) {
  /** The variants of processors, the most demanding first. */
  private static final Map<String, List<String>> VARIANTS =
      Map.of(
          "amd64", List.of("v4", "v3", "v2"),
          "arm", List.of("v8", "v7", "v6", "v5"),
          "arm64", List.of("v9"));

  private static final Map<String, String> PLAIN = Map.of("amd64", "v1", "arm64", "v8");

  /** Checks that the system and the architecture are not empty. */
  public Platform {
    if (os.isEmpty() || architecture.isEmpty()) {
      throw new IllegalArgumentException(
          "expected a platform such as linux/amd64, got \"" + os + "/" + architecture + "\"");
    }
  }

  /**
   * Parses {@code OS/ARCH} or {@code OS/ARCH/VARIANT}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Platform parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3 || parts[parts.length - 1].isEmpty()) {
      throw new IllegalArgumentException(
          "expected a platform such as linux/amd64, got \"" + text + "\"");
    }
    return new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
  }

  /** Returns the platform of this machine, with {@code linux} as its system. */
  public static Platform current() {
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return new Platform(
        "linux",
        switch (arch) {
          case "x86_64", "amd64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> arch.isEmpty() ? "unknown" : arch;
        },
        "");
  }

  /** Returns whether an image for {@code other} runs on this platform; no variant accepts any. */
  public boolean accepts(Platform other) {
    return preference(other).isPresent();
  }

  /**
   * Returns the rank of an image for {@code other} on this platform, 0 for the best: the same
   * variant, then compatible variants, in the order of podman and containerd; without a variant,
   * any other last.
   *
   * @return empty if the image is for another kind of machine
   */
  OptionalInt preference(Platform other) {
    if (!os.equals(other.os) || !architecture.equals(other.architecture)) {
      return OptionalInt.empty();
    }
    List<String> accepted = acceptedVariants();
    int place = accepted.indexOf(other.plainVariant());
    if (place >= 0) {
      return OptionalInt.of(place);
    }
    return variant.isEmpty() ? OptionalInt.of(accepted.size()) : OptionalInt.empty();
  }

  private List<String> acceptedVariants() {
    List<String> known = VARIANTS.getOrDefault(architecture, List.of());
    List<String> accepted = new ArrayList<>();
    if (variant.isEmpty()) {
      accepted.addAll(known);
      if (!architecture.equals("arm")) {
        Collections.reverse(accepted); // the least demanding variant first
      }
      accepted.add(0, "");
      return accepted;
    }
    int from = known.indexOf(variant);
    if (from >= 0) {
      accepted.addAll(known.subList(from, known.size()));
    } else if (!plainVariant().isEmpty()) {
      accepted.add(variant);
    }
    accepted.add("");
    return accepted;
  }

  /** The variant; empty for the architecture's baseline. */
  private String plainVariant() {
    return variant.equals(PLAIN.get(architecture)) ? "" : variant;
  }

  static Platform fromJson(JsonObject json) throws MalformedJsonException {
    String os = json.optionalString("os").filter(s -> !s.isEmpty()).orElse("unknown");
    String arch = json.optionalString("architecture").filter(s -> !s.isEmpty()).orElse("unknown");
    return new Platform(os, arch, json.optionalString("variant").orElse(""));
  }

  JsonObject toJson() {
    JsonObject json = JsonObject.EMPTY.with("architecture", architecture).with("os", os);
    return variant.isEmpty() ? json : json.with("variant", variant);
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
