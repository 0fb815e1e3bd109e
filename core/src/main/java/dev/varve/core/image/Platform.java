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
 * What machine an image is for, as {@code OS/ARCH[/VARIANT]}.
 *
 * @param os Go's name of the operating system, such as {@code linux}
 * @param architecture Go's name of the processor, such as {@code amd64}
 * @param variant the processor's variant, such as {@code v8}; empty when there is none
 */
public record Platform(String os, String architecture, String variant) {
  /** Variants that need more than the plain machine or less, the most demanding first. */
  private static final Map<String, List<String>> VARIANTS =
      Map.of(
          "amd64", List.of("v4", "v3", "v2"),
          "arm", List.of("v8", "v7", "v6", "v5"),
          "arm64", List.of("v9"));

  private static final Map<String, String> PLAIN = Map.of("amd64", "v1", "arm64", "v8");

  /** Checks that nothing is missing. */
  public Platform {
    if (os.isEmpty() || architecture.isEmpty()) {
      throw new IllegalArgumentException(
          "expected a platform such as linux/amd64, got \"" + os + "/" + architecture + "\"");
    }
  }

  /**
   * Parses {@code OS/ARCH} or {@code OS/ARCH/VARIANT}.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static Platform parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3 || parts[parts.length - 1].isEmpty()) {
      throw new IllegalArgumentException(
          "expected a platform such as linux/amd64, got \"" + text + "\"");
    }
    return new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
  }

  /** The platform of the machine this runs on, with {@code linux} as its system. */
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

  /** Whether an image for {@code other} runs here: an absent variant accepts any. */
  public boolean accepts(Platform other) {
    return preference(other).isPresent();
  }

  /**
   * How good an image for {@code other} is here, 0 the best: the variant that was asked for, then
   * those that it runs as well, as podman and containerd have it, and where none was asked for any
   * other after them.
   *
   * @return empty if it is for another kind of machine
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
        Collections.reverse(accepted); // what asks for less runs on more machines
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

  /** The variant; that which every machine of the kind is, goes without saying. */
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
