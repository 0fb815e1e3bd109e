package dev.varve.cli;

import dev.varve.cli.command.AppendCommand;
import dev.varve.cli.command.AttachCommand;
import dev.varve.cli.command.ChangelogCommand;
import dev.varve.cli.command.CommandReferenceCommand;
import dev.varve.cli.command.CompletionCommand;
import dev.varve.cli.command.CopyCommand;
import dev.varve.cli.command.DeltaApplyCommand;
import dev.varve.cli.command.DeltaCommand;
import dev.varve.cli.command.DeltaCreateCommand;
import dev.varve.cli.command.DeltaInspectCommand;
import dev.varve.cli.command.DeltaListCommand;
import dev.varve.cli.command.DiffCommand;
import dev.varve.cli.command.DoctorCommand;
import dev.varve.cli.command.GenerateKeyPairCommand;
import dev.varve.cli.command.IndexCommand;
import dev.varve.cli.command.IndexCreateCommand;
import dev.varve.cli.command.IndexShowCommand;
import dev.varve.cli.command.InspectCommand;
import dev.varve.cli.command.LintCommand;
import dev.varve.cli.command.LoginCommand;
import dev.varve.cli.command.LogoutCommand;
import dev.varve.cli.command.ManPagesCommand;
import dev.varve.cli.command.PlanCommand;
import dev.varve.cli.command.PlanExportCommand;
import dev.varve.cli.command.PlanShowCommand;
import dev.varve.cli.command.PolicyCommand;
import dev.varve.cli.command.PrevRefCommand;
import dev.varve.cli.command.PruneCommand;
import dev.varve.cli.command.PublicKeyCommand;
import dev.varve.cli.command.PublishCommand;
import dev.varve.cli.command.RechunkCommand;
import dev.varve.cli.command.ReportCommand;
import dev.varve.cli.command.SbomCommand;
import dev.varve.cli.command.SignCommand;
import dev.varve.cli.command.SimulateCommand;
import dev.varve.cli.command.StorageCommand;
import dev.varve.cli.command.StorageMountCommand;
import dev.varve.cli.command.StorageStatusCommand;
import dev.varve.cli.command.StorageUnmountCommand;
import dev.varve.cli.command.TagsCommand;
import dev.varve.cli.command.TryCommand;
import dev.varve.cli.command.VerifyCommand;
import dev.varve.cli.command.VerifyContentCommand;
import dev.varve.cli.command.VersionTagCommand;
import dev.varve.cli.manual.GroupedHelp;
import dev.varve.cli.option.CommonOptions;
import dev.varve.cli.option.GivenArguments;
import dev.varve.cli.session.TlsExpectation;
import dev.varve.cli.terminal.Console;
import dev.varve.cli.terminal.Failures;
import dev.varve.cli.terminal.Secrets;
import dev.varve.registry.Registry;
import dev.varve.runner.VarveVersion;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The {@code varve} command, which runs its subcommands. */
@Command(
    name = "varve",
    description = "Rechunks bootable OS images so that an update downloads what changed.",
    versionProvider = Main.ManifestVersion.class,
    footer = {
      "",
      "Exit codes: 0 success · 1 failure · 2 wrong usage · 3 not authorized · 4 registry unavailable,",
      "worth retrying · 5 verification failed · 6 over the update-size budget · 7 the machine"
          + " lacks",
      "something · 130 interrupted.",
      "",
      "To start: varve try",
      "",
      "Example: rechunk two builds, and show what the update downloads:",
      "  varve rechunk oci-archive:monday.tar oci:os:monday",
      "  varve rechunk oci-archive:tuesday.tar oci:os:tuesday --prev oci:os:monday",
      "  varve diff oci:os:monday oci:os:tuesday"
    })
public final class Main implements Callable<Integer> {
  /** The commands by name, in the order of the help. */
  private static final Map<String, Function<Console, Object>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("try", TryCommand::new);
    COMMANDS.put("rechunk", RechunkCommand::new);
    COMMANDS.put("publish", PublishCommand::new);
    COMMANDS.put("diff", DiffCommand::new);
    COMMANDS.put("lint", LintCommand::new);
    COMMANDS.put("sbom", SbomCommand::new);
    COMMANDS.put("simulate", SimulateCommand::new);
    COMMANDS.put("report", ReportCommand::new);
    COMMANDS.put("changelog", ChangelogCommand::new);
    COMMANDS.put("inspect", InspectCommand::new);
    COMMANDS.put("verify-content", VerifyContentCommand::new);
    COMMANDS.put("append", AppendCommand::new);
    COMMANDS.put("copy", CopyCommand::new);
    COMMANDS.put(
        "delta",
        console ->
            new CommandLine(new DeltaCommand())
                .addSubcommand(new DeltaCreateCommand(console))
                .addSubcommand(new DeltaListCommand(console))
                .addSubcommand(new DeltaInspectCommand(console))
                .addSubcommand(new DeltaApplyCommand(console)));
    COMMANDS.put("prune", PruneCommand::new);
    COMMANDS.put(
        "index",
        console ->
            new CommandLine(new IndexCommand())
                .addSubcommand(new IndexCreateCommand(console))
                .addSubcommand(new IndexShowCommand(console)));
    COMMANDS.put("tags", TagsCommand::new);
    COMMANDS.put("prev-ref", PrevRefCommand::new);
    COMMANDS.put("version-tag", VersionTagCommand::new);
    COMMANDS.put("sign", SignCommand::new);
    COMMANDS.put("verify", VerifyCommand::new);
    COMMANDS.put("attach", AttachCommand::new);
    COMMANDS.put("generate-key-pair", GenerateKeyPairCommand::new);
    COMMANDS.put("public-key", PublicKeyCommand::new);
    COMMANDS.put("policy", PolicyCommand::new);
    COMMANDS.put("doctor", DoctorCommand::new);
    COMMANDS.put(
        "storage",
        console ->
            new CommandLine(new StorageCommand())
                .addSubcommand(new StorageMountCommand(console))
                .addSubcommand(new StorageStatusCommand(console))
                .addSubcommand(new StorageUnmountCommand(console)));
    COMMANDS.put("login", LoginCommand::new);
    COMMANDS.put("logout", LogoutCommand::new);
    COMMANDS.put(
        "plan",
        console ->
            new CommandLine(new PlanCommand())
                .addSubcommand(new PlanShowCommand(console))
                .addSubcommand(new PlanExportCommand(console)));
    COMMANDS.put(
        "completion", console -> new CompletionCommand(console, () -> allCommands(console)));
    COMMANDS.put("man-pages", console -> new ManPagesCommand(console, () -> allCommands(console)));
    COMMANDS.put(
        "command-reference", console -> new CommandReferenceCommand(() -> allCommands(console)));
  }

  @Spec private CommandSpec spec;
  @Mixin CommonOptions common;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  public static void main(String[] args) {
    if (TlsExpectation.of(args)) {
      Registry.prepare();
    }
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
    int code = run(console, GivenArguments.of(args));
    ended.set(true);
    System.exit(code);
  }

  /** Runs a command line and returns its exit code. */
  public static int run(Console processes, String... args) {
    Console console = processes.hiding(Secrets.in(args));
    Failures failures = new Failures(console);
    int code;
    try {
      code = commandLine(console, failures, args).execute(args);
    } catch (OutOfMemoryError e) {
      if (Arrays.asList(args).contains("--debug")) {
        e.printStackTrace(console.err()); // has no message
      }
      code = failures.outOfMemory(args);
    }
    return failures.ended(code);
  }

  /** Returns the command line with all commands, for the manual. */
  public static CommandLine allCommands(Console console) {
    return commandLine(console, new Failures(console));
  }

  /**
   * Builds the command line with only the called command, or for the help with the descriptions of
   * all commands: building all commands takes longer than most commands run.
   */
  private static CommandLine commandLine(Console console, Failures failures, String... args) {
    CommandLine main = new CommandLine(new Main());
    Set<String> wanted =
        args.length > 0 && COMMANDS.containsKey(args[0]) ? Set.of(args[0]) : COMMANDS.keySet();
    boolean listed = args.length == 1 && wanted.size() > 1;
    COMMANDS.forEach(
        (name, command) -> {
          if (wanted.contains(name)) {
            Object built = command.apply(console);
            main.addSubcommand(name, listed ? description(built) : built);
          }
        });
    GroupedHelp.use(main);
    return main.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setUsageHelpWidth(100)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Pattern.class, Main::pattern)
        .setParameterExceptionHandler(
            (failure, arguments) -> failures.wrongUsage(failure, arguments))
        .setExecutionExceptionHandler(
            (failure, command, parsed) ->
                failures.failed(failure, command, CommonOptions.debug(command)));
  }

  private static Object description(Object command) {
    Command annotation = command.getClass().getAnnotation(Command.class);
    if (annotation == null) {
      return command;
    }
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage().description(annotation.description()).hidden(annotation.hidden());
    return spec;
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new TypeConversionException(
          "expected a regular expression, got \""
              + text
              + "\": "
              + e.getDescription().toLowerCase(Locale.ROOT)
              + (e.getIndex() < 0 ? "" : ", at character " + (e.getIndex() + 1)));
    }
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing the command to run");
  }

  /** The version in the jar's manifest. */
  public static final class ManifestVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"varve " + VarveVersion.get()};
    }
  }
}
