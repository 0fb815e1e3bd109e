package dev.varve.core.image;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.util.Locale;

/**
 * What machine an image is for, as {@code OS/ARCH[/VARIANT]}.
 *
 * @param os Go's name of the operating system, such as {@code linux}
 * @param architecture Go's name of the processor, such as {@code amd64}
 * @param variant the processor's variant, such as {@code v8}; empty when there is none
 */
public record Platform(String os, String architecture, String variant) {
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

  /** Whether an image for {@code other} is what was asked for: an absent variant accepts any. */
  public boolean accepts(Platform other) {
    return os.equals(other.os)
        && architecture.equals(other.architecture)
        && (variant.isEmpty() || variant.equals(other.variant));
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
