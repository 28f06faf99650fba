// SPDX-License-Identifier: MIT OR Apache-2.0
//! Points that no other point beats.

/// Marks the points of the Pareto front, both coordinates to be small: those that no other point
/// equals or beats in one coordinate while beating it in the other. Equal points stand or fall
/// together.
pub fn front(points: &[(f64, f64)]) -> Vec<bool> {
    let beaten = |&(x, y): &(f64, f64)| {
        points
            .iter()
            .any(|&(u, v)| (u <= x && v < y) || (u < x && v <= y))
    };
    points.iter().map(|point| !beaten(point)).collect()
}

#[cfg(test)]
mod tests {
    use super::front;

    #[test]
    fn beaten_points_are_not_on_the_front() {
        let points = [(1.0, 5.0), (2.0, 2.0), (3.0, 3.0), (4.0, 1.0), (4.0, 2.0)];
        assert_eq!(front(&points), [true, true, false, true, false]);
    }

    #[test]
    fn a_tie_in_one_coordinate_is_decided_by_the_other() {
        assert_eq!(front(&[(1.0, 2.0), (1.0, 3.0)]), [true, false]);
        assert_eq!(front(&[(1.0, 2.0), (1.0, 2.0)]), [true, true]);
        assert!(front(&[]).is_empty());
    }
}
