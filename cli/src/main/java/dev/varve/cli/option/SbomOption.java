package dev.varve.cli.option;

import dev.varve.core.sbom.SbomFormat;
import dev.varve.runner.publish.PublishRequest;
import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option for the bill of materials of a published image. */
@InGroup(HelpGroup.SIGNING)
public final class SbomOption {
  @Option(
      names = "--sbom",
      arity = "0..1",
      fallbackValue = "spdx",
      paramLabel = SbomFormatConverter.LABEL,
      converter = SbomFormatConverter.class,
      preprocessor = Default.class,
      description =
          "Attach the image's packages as a bill of materials, in the format spdx (the default) or "
              + "cyclonedx, and sign it with the image's key.")
  private @Nullable SbomFormat format;

  /** Inserts the default format if a source, and no format, follows the option. */
  static final class Default implements IParameterPreprocessor {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli's type
    public boolean preprocess(
        Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      boolean attached = "=".equals(info.get("separator"));
      if (!attached && (arguments.isEmpty() || !SbomFormatConverter.isFormat(arguments.peek()))) {
        arguments.push(SbomFormat.SPDX.toString());
      }
      return false;
    }
  }

  /**
   * Checks the option.
   *
   * @throws IllegalArgumentException if the packages that it needs are not read
   */
  public void requireValid(PlanOptions plan) {
    if (format != null && !plan.readsPackages()) {
      throw new IllegalArgumentException(
          "--sbom and " + PackagesOption.NO_PACKAGES + " contradict each other");
    }
  }

  /** Adds the option to a request. */
  public void addTo(PublishRequest.Builder request) {
    if (format != null) {
      request.sbom(format);
    }
  }
}
