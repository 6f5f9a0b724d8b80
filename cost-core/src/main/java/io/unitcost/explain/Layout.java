package io.unitcost.explain;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the sums of each feature and model lie in a flat array, the same for all windows that are compared: resampling is then the
 * addition of arrays.
 */
final class Layout {

    final List<String> features;

    /** The models of feature i are those from {@code firstModel[i]} to before {@code firstModel[i + 1]}. */
    final int[] firstModel;

    private final List<List<String>> models;

    private Layout(SortedMap<String, SortedSet<String>> names) {
        this.features = List.copyOf(names.keySet());
        this.models = names.values().stream().map(List::copyOf).toList();
        this.firstModel = new int[features.size() + 1];
        for (int i = 0; i < features.size(); i++) {
            firstModel[i + 1] = firstModel[i] + models.get(i).size();
        }
    }

    static Layout of(Collection<CostCells> windows) {
        SortedMap<String, SortedSet<String>> names = new TreeMap<>();
        for (CostCells window : windows) {
            window.features.keySet().forEach(feature -> names.computeIfAbsent(feature, key -> new TreeSet<>()));
            window.models.forEach((feature, cells) ->
                    names.computeIfAbsent(feature, key -> new TreeSet<>()).addAll(cells.keySet()));
        }
        return new Layout(names);
    }

    int featureCount() {
        return features.size();
    }

    int modelCount() {
        return firstModel[features.size()];
    }

    int size() {
        return features.size() * CostCells.FEATURE_WIDTH + modelCount() * CostCells.MODEL_WIDTH;
    }

    int feature(int feature) {
        return feature * CostCells.FEATURE_WIDTH;
    }

    int model(int model) {
        return features.size() * CostCells.FEATURE_WIDTH + model * CostCells.MODEL_WIDTH;
    }

    double[] flat(CostCells cells) {
        double[] flat = new double[size()];
        for (int i = 0; i < features.size(); i++) {
            double[] feature = cells.features.get(features.get(i));
            if (feature != null) {
                System.arraycopy(feature, 0, flat, feature(i), feature.length);
            }
            Map<String, double[]> own = cells.models.getOrDefault(features.get(i), new TreeMap<>());
            for (int j = 0; j < models.get(i).size(); j++) {
                double[] model = own.get(models.get(i).get(j));
                if (model != null) {
                    System.arraycopy(model, 0, flat, model(firstModel[i] + j), model.length);
                }
            }
        }
        return flat;
    }
}
