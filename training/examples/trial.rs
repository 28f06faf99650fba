use hcim_network::data::Kind;
use hcim_train::model::*;
use hcim_train::ops::Method;
use hcim_train::session::*;
use hcim_train::spec::*;
fn main() {
    let a: Vec<String> = std::env::args().skip(1).collect();
    let get = |k: &str, d: &str| {
        a.iter()
            .find_map(|x| x.strip_prefix(&format!("{k}=")))
            .unwrap_or(d)
            .to_string()
    };
    let data = Kind::Digits.load(None).unwrap();
    let e: Vec<u32> = get("epochs", "10,10,20")
        .split(',')
        .map(|x| x.parse().unwrap())
        .collect();
    let seeds: Vec<u64> = get("seeds", "1")
        .split(',')
        .map(|x| x.parse().unwrap())
        .collect();
    let verbose = get("v", "0") == "1";
    let (mut vs, mut ts) = (0.0, 0.0);
    for &seed in &seeds {
        let settings = Settings {
            model: match get("model", "mlp").as_str() {
                "mlp" => Model::Mlp,
                "cnn" => Model::Cnn,
                _ => Model::Resnet20,
            },
            widths: Widths {
                rows: get("rows", "64").parse().unwrap(),
                input_bits: 4,
                weight_slices: 4,
                scale_bits: get("s", "4").parse().unwrap(),
            },
            precision: match get("p", "ternary").as_str() {
                "ternary" => Precision::Ternary,
                "binary" => Precision::Binary,
                "exact" => Precision::Exact,
                _ => Precision::Float,
            },
            quantisation: Quantisation {
                method: if get("m", "ours") == "ours" {
                    Method::Ours
                } else {
                    Method::Published
                },
                thresholds: if get("t", "tile") == "tile" {
                    ThresholdKind::Tile
                } else {
                    ThresholdKind::Column
                },
                clip: get("clip", "1.5").parse().unwrap(),
            },
            epochs: [e[0], e[1], e[2]],
            batch: get("batch", "64").parse().unwrap(),
            rate: get("lr", "0.004").parse().unwrap(),
            seed,
            shift: get("shift", "0").parse().unwrap(),
            smoothing: get("smooth", "0.05").parse().unwrap(),
        };
        let start = std::time::Instant::now();
        let (v, t, _) = trial(&settings, &data, |s| {
            if verbose {
                println!("{s}")
            }
        })
        .unwrap();
        println!(
            "seed {seed}: val {:.4} test {:.4} zeros {:.3} in {:.1}s",
            v.accuracy(),
            t.accuracy(),
            t.zeros,
            start.elapsed().as_secs_f64()
        );
        vs += v.accuracy();
        ts += t.accuracy();
    }
    println!(
        "MEAN val {:.4} test {:.4}  {}",
        vs / seeds.len() as f64,
        ts / seeds.len() as f64,
        a.join(" ")
    );
}
