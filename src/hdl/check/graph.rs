// SPDX-License-Identifier: MIT OR Apache-2.0
//! Strongly connected components, without recursion: carry chains are thousands of nodes deep.

/// A directed graph on the nodes `0 .. n` while it is built; an edge leads from a node to what it
/// depends on.
#[derive(Default)]
pub(crate) struct Edges {
    nodes: u32,
    pairs: Vec<(u32, u32)>,
}

impl Edges {
    pub(crate) fn with_nodes(nodes: usize) -> Self {
        Edges {
            nodes: nodes as u32,
            pairs: Vec::new(),
        }
    }

    /// A new node that depends on others.
    pub(crate) fn node(&mut self, depends_on: &[u32]) -> u32 {
        let node = self.nodes;
        self.nodes += 1;
        self.pairs.extend(depends_on.iter().map(|to| (node, *to)));
        node
    }

    pub(crate) fn edge(&mut self, from: u32, to: u32) {
        self.pairs.push((from, to));
    }

    /// The finished graph, with the edges of each node side by side.
    pub(crate) fn finish(&self) -> Graph {
        let n = self.nodes as usize;
        let mut starts = vec![0u32; n + 1];
        for (from, _) in &self.pairs {
            starts[*from as usize + 1] += 1;
        }
        for node in 0..n {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut targets = vec![0u32; self.pairs.len()];
        for (from, to) in &self.pairs {
            let at = &mut next[*from as usize];
            targets[*at as usize] = *to;
            *at += 1;
        }
        Graph { starts, targets }
    }
}

/// A finished graph.
pub(crate) struct Graph {
    starts: Vec<u32>,
    targets: Vec<u32>,
}

/// Which nodes a search has seen, reusable so that many searches need not clear it.
#[derive(Default)]
pub(crate) struct Marks {
    seen: Vec<u32>,
    round: u32,
}

impl Graph {
    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn edges(&self, node: usize) -> &[u32] {
        &self.targets[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    /// All nodes that `start` depends on, itself included. `marks` is scratch space that calls
    /// may share.
    pub(crate) fn reach(&self, start: u32, marks: &mut Marks) -> Vec<u32> {
        marks.round += 1;
        marks.seen.resize(self.len(), 0);
        let (mut stack, mut found) = (vec![start], Vec::new());
        while let Some(node) = stack.pop() {
            let mark = &mut marks.seen[node as usize];
            if *mark != marks.round {
                *mark = marks.round;
                found.push(node);
                stack.extend(self.edges(node as usize));
            }
        }
        found
    }

    /// The components that contain a cycle (Tarjan's algorithm).
    pub(crate) fn cycles(&self) -> Vec<Vec<u32>> {
        const NEW: u32 = u32::MAX;
        let n = self.len();
        let (mut index, mut low) = (vec![NEW; n], vec![0u32; n]);
        let mut on_stack = vec![false; n];
        let (mut stack, mut work, mut found) = (Vec::new(), Vec::new(), Vec::new());
        let mut next = 0;
        for root in 0..n {
            if index[root] != NEW {
                continue;
            }
            work.push((root, 0));
            while let Some((node, edge)) = work.pop() {
                if edge == 0 {
                    index[node] = next;
                    low[node] = next;
                    next += 1;
                    stack.push(node as u32);
                    on_stack[node] = true;
                }
                if let Some(&to) = self.edges(node).get(edge) {
                    work.push((node, edge + 1));
                    let to = to as usize;
                    if index[to] == NEW {
                        work.push((to, 0));
                    } else if on_stack[to] {
                        low[node] = low[node].min(index[to]);
                    }
                    continue;
                }
                if let Some(&(parent, _)) = work.last() {
                    low[parent] = low[parent].min(low[node]);
                }
                if low[node] == index[node] {
                    let mut component = Vec::new();
                    while let Some(member) = stack.pop() {
                        on_stack[member as usize] = false;
                        component.push(member);
                        if member as usize == node {
                            break;
                        }
                    }
                    let own_loop = self.edges(node).contains(&(node as u32));
                    if component.len() > 1 || own_loop {
                        component.sort_unstable();
                        found.push(component);
                    }
                }
            }
        }
        found
    }
}
