import dev.varve.core.image.Digest;
import dev.varve.core.plan.Component;
import dev.varve.core.plan.History;
import dev.varve.core.plan.LayerPlan;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.LayerState;
import dev.varve.core.plan.Planner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * Plans as many components as a desktop image has, in a new JVM, and prints the milliseconds: for a
 * first image, and for a next image with a tenth of the components changed.
 *
 * <p>Usage: java -cp cli/target/varve.jar .ci/PlanningBench.java [COMPONENTS] [LAYERS]
 */
class PlanningBench {
  private static final long NOW = 1_760_000_000;

  public static void main(String[] args) {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 1500;
    int layers = args.length > 1 ? Integer.parseInt(args[1]) : 120;
    List<Component> first = components(count, 0);
    long start = System.nanoTime();
    LayerPlan plan = Planner.plan(first, layers, Optional.empty(), NOW);
    long fresh = System.nanoTime() - start;

    List<LayerState> states = new ArrayList<>();
    for (LayerPlan.PlannedLayer layer : plan.layers()) {
      states.add(new LayerState(digest(String.join(" ", layer.names())), 0, layer.names()));
    }
    PlanState state =
        History.next(Optional.empty(), NOW, NOW, "", "", states, first, List.of(), false);
    List<Component> second = components(count, count / 10);
    start = System.nanoTime();
    Planner.plan(second, layers, Optional.of(state), NOW + 86_400);
    long next = System.nanoTime() - start;
    System.out.printf(
        "{\"components\": %d, \"layers\": %d, \"freshMillis\": %d, \"nextMillis\": %d}%n",
        count, layers, fresh / 1_000_000, next / 1_000_000);
  }

  private static List<Component> components(int count, int changed) {
    Random random = new Random(1);
    List<Component> components = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long size = (long) Math.exp(8 + random.nextGaussian() * 3);
      List<Long> changes = new ArrayList<>();
      for (int n = random.nextInt(20); n > 0; n--) {
        changes.add(NOW - random.nextInt(700) * 86_400L);
      }
      components.add(
          new Component(
              "rpm:package" + i,
              List.of(),
              size,
              digest(i + (i < changed ? " changed" : "")),
              changes,
              OptionalDouble.empty(),
              false));
    }
    return components;
  }

  private static Digest digest(String text) {
    return Digest.of(text.getBytes());
  }
}
