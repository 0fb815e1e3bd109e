package dev.varve.cli.option;

import dev.varve.cli.session.SessionSettings;
import dev.varve.core.image.Platform;
import dev.varve.core.image.PlatformChoice;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the platform of the source image. */
public final class PlatformOption implements SessionSettings.Part {
  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "The platform of the image (default: this machine's).")
  private @Nullable String platform;

  /** Whether the command line names a platform. */
  public boolean given() {
    return platform != null;
  }

  /** The platform that the command line names, if any. */
  Optional<Platform> platform() {
    return Optional.ofNullable(platform).map(Platform::parse);
  }

  @Override
  public void addTo(SessionSettings session) {
    platform().map(PlatformChoice::only).ifPresent(session::platform);
  }
}
