import dev.varve.core.image.Digest;
import dev.varve.core.packages.InstalledPackage;
import dev.varve.core.packages.rpm.RpmDatabase;
import dev.varve.core.packages.rpm.RpmDatabaseFormat;
import dev.varve.core.packages.rpm.RpmDatabaseLocation;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.History;
import dev.varve.core.plan.LayerPlan;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.plan.Planner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Replays half a year of daily images, in which a package changes on the days of its changelog, and
 * prints what the updates download if the planner knows more or less of the packages: nothing, the
 * date of the last build, the source package, the changelog. The state of the previous image is
 * always known.
 *
 * <p>Usage: java -cp cli/target/varve.jar .ci/VolatilityReplay.java RPMDB STATE [LAYERS] [EVERY]
 *
 * <p>RPMDB is the rpmdb.sqlite of an image, STATE the JSON of `varve plan export` for it. EVERY is
 * the number of days from image to image.
 */
class VolatilityReplay {
  private static final long DAY = 86_400;
  private static final int DAYS = 180;

  /** A package: its size in bytes, and the dates of its changes, newest first. */
  private record Package(String name, String source, long size, List<Long> changes) {
    long version(long now) {
      return changes.stream().filter(time -> time <= now).count();
    }

    List<Long> until(long now) {
      return changes.stream().filter(time -> time <= now).toList();
    }
  }

  /** What is known of a package on a day, apart from its source. */
  private enum Knowledge {
    NOTHING,
    LAST_BUILD,
    CHANGELOG;

    Component component(Package p, boolean source, long now) {
      List<Long> known = p.until(now);
      List<Long> changelog =
          switch (this) {
            case NOTHING -> List.of();
            case LAST_BUILD -> known.subList(0, Math.min(1, known.size()));
            case CHANGELOG -> known;
          };
      return new Component(
          p.name(),
          List.of(),
          p.size(),
          digest(p.name() + p.version(now)),
          changelog,
          OptionalDouble.empty(),
          false,
          source ? p.source() : "",
          Optional.empty());
    }
  }

  public static void main(String[] args) throws Exception {
    PlanState state = PlanState.parse(Files.readAllBytes(Path.of(args[1])), args[1]);
    int layers = args.length > 2 ? Integer.parseInt(args[2]) : 120;
    int every = args.length > 3 ? Integer.parseInt(args[3]) : 1;
    List<Package> packages = new ArrayList<>();
    RpmDatabase.read(
        Path.of(args[0]), new RpmDatabaseLocation(args[0], RpmDatabaseFormat.SQLITE), p -> add(packages, p, state), problem -> {
          throw new IllegalStateException(problem);
        });
    long end =
        packages.stream().flatMap(p -> p.changes().stream()).mapToLong(t -> t).max().orElseThrow();
    System.out.printf(
        "%d packages of %d sources%n",
        packages.size(), packages.stream().map(Package::source).distinct().count());
    for (Knowledge knowledge : Knowledge.values()) {
      replay(packages, knowledge, false, end, layers, every);
      replay(packages, knowledge, true, end, layers, every);
    }
  }

  private static void add(List<Package> packages, InstalledPackage p, PlanState state) {
    PlanState.ComponentState component = state.components().get("rpm:" + p.name());
    if (component != null && !p.changelogTimes().isEmpty()) {
      packages.add(new Package(p.name(), p.source(), component.size(), p.changelogTimes()));
    }
  }

  private static void replay(
      List<Package> packages,
      Knowledge knowledge,
      boolean source,
      long end,
      int layers,
      int every) {
    Optional<PlanState> previous = Optional.empty();
    List<Long> downloads = new ArrayList<>();
    long changed = 0;
    Map<String, Long> before = Map.of();
    for (int day = 0; day <= DAYS; day += every) {
      long now = end - (DAYS - day) * DAY;
      List<Component> components =
          packages.stream().map(p -> knowledge.component(p, source, now)).toList();
      LayerPlan plan = Planner.plan(components, layers, previous, now);
      List<LayerState> states = new ArrayList<>();
      long download = 0;
      for (LayerPlan.PlannedLayer layer : plan.layers()) {
        Digest content =
            digest(
                layer.components().stream()
                    .map(c -> c.name() + c.hash().hex())
                    .collect(Collectors.joining(" ")));
        if (previous.isEmpty()
            || previous.get().layers().stream().noneMatch(l -> l.diffId().equals(content))) {
          download += layer.size();
        }
        states.add(new LayerState(content, layer.size(), layer.names()));
      }
      Map<String, Long> versions =
          packages.stream().collect(Collectors.toMap(Package::name, p -> p.version(now)));
      if (day > 0) {
        downloads.add(download);
        for (Package p : packages) {
          changed += versions.get(p.name()).equals(before.get(p.name())) ? 0 : p.size();
        }
      }
      before = versions;
      previous =
          Optional.of(
              History.next(previous, now, now, "", "", states, components, List.of(), false));
    }
    long total = downloads.stream().mapToLong(b -> b).sum();
    int third = downloads.size() / 3;
    System.out.printf(
        "%-10s %-11s %6.1f MB an update (%.2f of what changed); first third %6.1f, last third %6.1f%n",
        knowledge,
        source ? "and source" : "",
        total / 1e6 / downloads.size(),
        (double) total / changed,
        mean(downloads.subList(0, third)),
        mean(downloads.subList(downloads.size() - third, downloads.size())));
  }

  private static double mean(List<Long> downloads) {
    return downloads.stream().mapToLong(b -> b).average().orElse(0) / 1e6;
  }

  private static Digest digest(String text) {
    return Digest.of(text.getBytes());
  }
}
