package dev.varve.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code varve} command itself: it only hands over to its subcommands. */
@Command(
    name = "varve",
    description = "Rechunks bootable OS images so that an update downloads what changed.",
    versionProvider = Main.ManifestVersion.class,
    footer = {
      "",
      "Exit codes: 0 done · 1 failed · 2 wrong usage · 3 not authorized · 4 registry unavailable,",
      "worth retrying · 5 verification failed · 6 over the update-size budget · 7 the machine lacks",
      "something · 130 interrupted.",
      "",
      "To begin with: varve try",
      "",
      "Example: what goes from one build to the next, before and after:",
      "  varve rechunk oci-archive:monday.tar oci:os:monday",
      "  varve rechunk oci-archive:tuesday.tar oci:os:tuesday --prev oci:os:monday",
      "  varve diff oci:os:monday oci:os:tuesday"
    })
final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin CommonOptions common;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  public static void main(String[] args) {
    Console console = Console.ofProcess();
    AtomicBoolean ended = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (!ended.get()) {
                    console.tell("varve: interrupted");
                  }
                }));
    int code = run(console, args);
    ended.set(true);
    System.exit(code);
  }

  /** Runs a command line and returns its exit code. */
  static int run(Console console, String... args) {
    Failures failures = new Failures(console);
    try {
      return commandLine(console, failures).execute(args);
    } catch (OutOfMemoryError e) {
      if (Arrays.asList(args).contains("--debug")) {
        e.printStackTrace(console.err());
      }
      return failures.outOfMemory();
    }
  }

  private static CommandLine commandLine(Console console, Failures failures) {
    return new CommandLine(new Main())
        .addSubcommand(new TryCommand(console))
        .addSubcommand(new RechunkCommand(console))
        .addSubcommand(new PublishCommand(console))
        .addSubcommand(new DiffCommand(console))
        .addSubcommand(new InspectCommand(console))
        .addSubcommand(new VerifyContentCommand(console))
        .addSubcommand(new CopyCommand(console))
        .addSubcommand(
            new CommandLine(new IndexCommand())
                .addSubcommand(new IndexCreateCommand(console))
                .addSubcommand(new IndexShowCommand(console)))
        .addSubcommand(new TagsCommand(console))
        .addSubcommand(new PrevRefCommand(console))
        .addSubcommand(new VersionTagCommand(console))
        .addSubcommand(new LoginCommand(console))
        .addSubcommand(new LogoutCommand(console))
        .addSubcommand(
            new CommandLine(new PlanCommand())
                .addSubcommand(new PlanShowCommand(console))
                .addSubcommand(new PlanExportCommand(console)))
        .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setUsageHelpWidth(100)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((failure, arguments) -> failures.wrongUsage(failure))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> failures.failed(failure, command));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing the command to run");
  }

  /** The version that the build wrote into the jar's manifest. */
  static final class ManifestVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"varve " + (version == null ? "(not built as a jar)" : version)};
    }
  }
}
